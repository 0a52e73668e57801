//! One test of each rule, in the crate that has a store to check. A test of this file's own demands that no rule is
//! left out.

/// One `#[tokio::test]` for each named rule of a suite, in a module named like the suite.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_rules {
    ($suite:ident, $world:expr; $($rule:ident),+ $(,)?) => {
        mod $suite {
            #[expect(unused_imports, reason = "the expression may or may not name things of the module around it")]
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    let world: $crate::conformance::World = $world.await;
                    $crate::conformance::$suite::$rule(&world).await;
                }
            )+
        }
    };
}

/// Checks a [`SessionStore`](crate::ports::SessionStore): `$world` is an async expression that gives a
/// [`World`](crate::conformance::World) with an empty store, anew for each rule.
#[macro_export]
macro_rules! session_store_conformance {
    ($world:expr) => {
        $crate::conformance_rules!(sessions, $world;
            a_new_walk_reads_back_as_it_was_written,
            every_change_reads_back_as_it_was_decided,
            replaying_the_stored_events_gives_the_stored_session,
            undone_steps_stay_in_the_events_and_leave_the_path,
            an_escalation_without_walk_is_written_whole,
            of_two_savers_from_one_version_exactly_one_is_saved,
            a_save_that_is_a_conflict_writes_nothing_at_all,
            pages_are_cut_after_the_account_is_chosen,
            saving_what_is_not_there_is_missing,
            another_accounts_sessions_are_not_there,
            every_kind_of_text_comes_back_unchanged,
            notes_keep_their_key_order_and_are_replaced_whole,
            the_largest_notes_are_kept,
            a_save_with_many_events_writes_them_all,
            events_come_in_pages,
            active_lists_the_callers_own_by_last_touch,
            active_lists_whole_sessions_within_a_number_of_bytes,
            idle_lists_the_untouched_of_all_accounts_in_pages,
        );
        $crate::conformance_rules!(tickets, $world;
            a_tickets_status_follows_its_session,
            an_abandoned_walk_leaves_its_ticket_open_for_another,
            a_ticket_takes_no_walk_while_it_is_walked_or_closed,
            another_accounts_ticket_is_not_there,
            the_queue_is_newest_first_and_its_pages_are_whole,
            the_queues_filter_shows_that_status_alone,
            a_queue_row_shows_the_tickets_newest_session,
        );
        $crate::conformance_rules!(races, $world;
            no_concurrent_step_is_lost,
            of_many_that_undo_each_takes_back_one_step,
            of_many_that_read_as_many_steps_exactly_one_goes_on,
            of_many_that_end_a_session_exactly_one_succeeds,
            nothing_is_recorded_after_the_end,
            of_many_that_walk_an_open_ticket_exactly_one_starts,
            many_sweepers_abandon_each_idle_session_once,
        );
        $crate::conformance_rules!(clocks, $world;
            the_stores_clock_goes_on,
            an_instance_whose_clock_is_wrong_abandons_nothing,
            a_walk_that_was_touched_ahead_of_the_clock_goes_idle_again,
        );
    };
}

/// Checks a [`Directory`](crate::ports::Directory) and its [`UserStore`](crate::ports::UserStore), like
/// [`session_store_conformance!`](crate::session_store_conformance).
#[macro_export]
macro_rules! directory_conformance {
    ($world:expr) => {
        $crate::conformance_rules!(directory, $world;
            an_account_is_kept_and_renamed,
            a_user_is_found_as_they_are_now,
            an_email_address_stands_once_in_an_account,
            an_email_address_stands_once_however_it_is_spelled,
            a_user_is_found_by_their_identity,
            an_identity_stands_once_in_an_account,
            a_user_belongs_to_one_account_for_good,
        );
        $crate::conformance_rules!(users, $world;
            a_user_and_their_events_read_back_as_written,
            a_change_of_nothing_makes_no_event,
            a_roster_shows_what_a_decision_leans_on,
            of_two_savers_of_users_from_one_version_exactly_one_is_saved,
            a_refused_save_of_a_user_leaves_no_trace,
            a_change_of_nobody_fails_and_leaves_no_event,
            another_accounts_users_are_not_there,
            users_are_listed_by_id_and_their_pages_are_whole,
            pages_of_users_and_events_are_cut_after_whose_they_are_is_chosen,
            a_users_events_are_paged_in_order,
            a_users_events_never_go_back_in_time,
        );
        $crate::conformance_rules!(user_races, $world;
            of_many_owners_who_demote_each_other_one_stays,
            of_two_owners_who_step_down_at_once_one_stays,
            no_concurrent_change_of_users_is_lost,
            of_many_who_take_one_address_exactly_one_gets_it,
        );
    };
}

/// Checks a [`FlowStore`](crate::ports::FlowStore), like
/// [`session_store_conformance!`](crate::session_store_conformance).
#[macro_export]
macro_rules! flow_store_conformance {
    ($world:expr) => {
        $crate::conformance_rules!(flows, $world;
            a_flow_is_kept_and_replaced,
            another_accounts_flows_are_not_there,
            a_flow_needs_an_account_that_is_there,
            a_validated_proposal_stays_validated,
            pages_of_flows_and_versions_are_cut_after_whose_they_are_is_chosen,
        );
        $crate::conformance_rules!(authored_flows, $world;
            an_authored_flow_reads_back_as_written,
            a_version_never_changes,
            of_two_savers_of_a_flow_from_one_revision_exactly_one_is_saved,
            a_new_flow_needs_an_account_and_an_id_of_its_own,
            a_new_flow_comes_without_a_version,
            an_authored_flow_is_not_registered_over,
            another_accounts_authored_flows_are_not_there,
            what_is_published_can_be_walked,
            the_first_line_sees_what_is_published,
            flows_and_versions_are_listed_in_order_and_their_pages_are_whole,
            a_version_is_walked_with_the_sub_flows_that_it_pins,
        );
        $crate::conformance_rules!(flow_races, $world;
            of_many_who_publish_at_once_each_makes_one_version,
            changes_of_many_flows_at_once_are_each_in_the_accounts_mark,
            flows_that_come_to_run_each_other_at_once_still_end,
            of_many_who_read_one_revision_exactly_one_changes_the_flow,
            of_many_who_make_a_flow_of_one_id_exactly_one_does,
            what_is_published_while_its_sub_flow_changes_is_walked_to_its_end,
        );
    };
}

/// Checks a whole [`Store`](crate::ports::Store): `$store` is an async expression that gives an empty
/// `Arc<dyn Store>`, anew for each rule.
#[macro_export]
macro_rules! store_conformance {
    ($store:expr) => {
        $crate::session_store_conformance!(async { $crate::conformance::World::of($store.await) });
        $crate::directory_conformance!(async { $crate::conformance::World::of($store.await) });
        $crate::flow_store_conformance!(async { $crate::conformance::World::of($store.await) });
        $crate::conformance_rules!(together, async { $crate::conformance::World::of($store.await) };
            only_published_flows_of_the_account_are_walked,
            a_running_walk_outlives_its_flow,
            only_a_helpful_walk_validates_its_proposal,
        );
        $crate::conformance_rules!(guided_walks, async { $crate::conformance::World::of($store.await) };
            a_guided_walk_reads_back_as_it_was_decided,
            a_walk_begun_on_a_version_finishes_on_it,
            only_published_flows_are_walked_by_a_version,
            of_many_that_answer_one_node_exactly_one_does,
            where_a_walk_stands_follows_from_its_path,
        );
        $crate::conformance_rules!(flow_stats, async { $crate::conformance::World::of($store.await) };
            an_ended_walk_is_found_until_it_is_counted,
            the_statistics_are_what_counting_anew_gives,
            statistics_are_listed_newest_version_first_and_within_their_account,
            statistics_are_cut_after_whose_they_are_is_chosen,
            a_fold_that_comes_second_writes_nothing,
            an_answer_says_how_far_it_is_behind,
            many_jobs_at_once_count_each_walk_once,
        );
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_rule_is_left_out_of_the_macros() {
        let macros = include_str!("macros.rs");
        let suites = [
            include_str!("sessions.rs"),
            include_str!("tickets.rs"),
            include_str!("races.rs"),
            include_str!("directory.rs"),
            include_str!("users.rs"),
            include_str!("user_races.rs"),
            include_str!("flows.rs"),
            include_str!("flow_stats.rs"),
            include_str!("authored_flows.rs"),
            include_str!("flow_races.rs"),
            include_str!("together.rs"),
            include_str!("guided_walks.rs"),
        ];
        for line in suites.iter().flat_map(|suite| suite.lines()) {
            let Some(rule) = line.strip_prefix("pub async fn ") else { continue };
            let name = rule.split('(').next().unwrap();
            assert!(macros.contains(&format!("            {name},\n")), "{name} is run by no macro");
        }
    }
}
