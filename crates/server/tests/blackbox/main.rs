//! The service seen from outside: the real binary, over HTTP, the same rules on every store.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod access;
mod bad_input;
mod beside;
mod clocks;
mod flow_access;
mod flow_documents;
mod flow_kit;
mod flow_stats;
mod flow_suggest;
mod flows;
mod guided;
mod house;
mod limits;
mod operation;
mod providers;
mod queue;
mod races;
mod site;
mod tickets;
mod users;
mod walks;
mod wall;

/// Each rule as one test a store. What the calls beside a running service do (`beside`) can be seen only on a store
/// that two processes share: what is in memory, nobody else can reach.
macro_rules! on_every_store {
    ($($module:ident::{$($rule:ident),+ $(,)?}),+ $(,)?; beside: $($beside:ident),+ $(,)?) => {
        mod memory {
            $($(#[test] fn $rule() { crate::$module::$rule(&crate::site::Site::memory()); })+)+
        }
        mod sqlite {
            $($(#[test] fn $rule() { crate::$module::$rule(&crate::site::Site::sqlite()); })+)+
            $(#[test] fn $beside() { crate::beside::$beside(&crate::site::Site::sqlite()); })+
        }
        mod postgres {
            $($(#[test] fn $rule() { crate::$module::$rule(&crate::site::Site::postgres()); })+)+
            $(#[test] fn $beside() { crate::beside::$beside(&crate::site::Site::postgres()); })+
        }
    };
}

on_every_store! {
    access::{
        every_role_is_let_in_or_refused_as_the_table_says,
        a_broken_token_is_refused_whatever_is_wrong_with_it,
        another_accounts_objects_are_byte_for_byte_missing_ones,
    },
    bad_input::{
        bad_bodies_are_named_and_change_nothing,
        every_defect_is_listed_at_once,
        strange_queries_and_ids_are_refused_with_their_names,
        the_limits_hold_at_their_edges,
    },
    guided::{
        a_guided_walk_leads_from_the_root_to_an_end,
        a_guided_step_that_does_not_fit_is_refused_with_what_would,
        a_session_begun_on_version_3_finishes_on_version_3_after_4_is_published,
        only_published_authored_flows_begin_a_walk_and_no_ticket_is_left,
        a_walk_through_a_sub_flow_names_its_nodes_by_the_call,
        of_sixteen_that_answer_one_node_at_once_exactly_one_does,
    },
    house::{
        unknown_routes_and_methods_answer_problems,
        health_document_and_metrics_answer,
        answers_carry_a_request_id,
    },
    queue::{
        the_queue_pages_through_every_ticket_once,
        the_queue_shows_the_newest_session_of_a_ticket,
    },
    tickets::{
        a_ticket_shows_its_contact_and_sessions,
        a_swept_ticket_can_be_walked_again,
    },
    walks::{
        a_call_is_walked_to_its_resolution,
        a_call_is_handed_over_and_escalated,
        an_escalation_without_walk_makes_both_at_once,
        a_closed_session_refuses_every_change,
        an_ad_hoc_session_has_notes_and_no_steps,
        notes_are_replaced_whole_and_too_large_ones_refused,
        an_undone_step_leaves_the_path_and_stays_marked_in_the_events,
        only_published_flows_of_the_account_can_be_walked,
        a_proposal_is_walked_like_a_flow,
        active_lists_the_callers_own_newest_touch_first,
        events_name_who_did_what,
    },
    users::{
        a_user_is_made_signs_in_and_is_told_of,
        a_change_counts_from_the_next_request_on_every_service,
        the_last_owner_stays_and_only_owners_touch_owners,
        another_accounts_users_are_byte_for_byte_missing_ones,
        owners_who_demote_each_other_at_once_leave_one,
        provisioning_again_makes_no_event,
    },
    flows::{
        a_flow_is_written_checked_published_and_taken_out_of_use,
        an_old_version_is_compared_and_becomes_the_draft_again,
        a_stale_change_is_refused_and_changes_nothing,
        of_many_authors_who_read_the_same_exactly_one_writes,
        the_list_pages_through_every_flow_once_and_shows_technicians_what_is_published,
    },
    flow_documents::{
        starter_flows_come_back_byte_for_byte,
        a_text_that_is_not_canonical_is_kept_as_the_flow_that_it_says,
        a_document_that_cannot_be_read_is_refused_with_every_reason,
        a_defective_draft_is_kept_and_told_of_and_not_published,
        sub_flows_are_pinned_and_rings_are_refused,
        a_flow_of_five_hundred_nodes_fits_and_what_is_larger_is_refused_in_words,
    },
    flow_access::{
        authors_write_the_first_line_reads_what_is_published_and_viewers_nothing,
        another_accounts_flows_are_byte_for_byte_missing_ones,
    },
    flow_stats::{
        what_walks_tell_is_what_their_transcripts_tell,
        authors_alone_are_told_and_of_their_own_flows,
    },
    flow_suggest::{
        starter_flows_are_suggested_with_the_same_scores_on_every_store,
        what_is_published_is_suggested_at_once_and_what_is_archived_no_more,
        a_question_that_breaks_a_rule_is_named,
    },
    races::{
        fifty_parallel_steps_keep_fifty,
        of_sixteen_parallel_ends_exactly_one_succeeds,
    };
    beside: a_change_of_the_user_acts_on_the_next_request, a_registered_flow_can_be_walked_at_once,
        ended_walks_wait_until_they_are_counted
}
