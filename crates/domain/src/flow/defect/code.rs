//! Every kind of defect, by a code that stays the same.

use serde::{Serialize, Serializer};

/// Whether a defect keeps a flow from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The flow cannot be published.
    Error,
    /// The flow can be published, and would be better without it.
    Warning,
}

macro_rules! defect_codes {
    ($($severity:ident { $($(#[$doc:meta])* $name:ident $code:literal,)+ })+) => {
        /// What is wrong, as a code for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DefectCode {
            $($($(#[$doc])* $name,)+)+
        }

        impl DefectCode {
            /// Every code, errors first.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// The code in JSON and in the documentation.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $code,)+)+
                }
            }

            /// Whether it keeps a flow from being published.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Self::$name)|+ => Severity::$severity,)+
                }
            }
        }
    };
}

defect_codes! {
    Error {
        /// The text is no JSON.
        JsonInvalid "json_invalid",
        /// A field stands twice in one object.
        FieldRepeated "field_repeated",
        /// A field that the format does not have.
        FieldUnknown "field_unknown",
        /// A field that the format demands.
        FieldMissing "field_missing",
        /// A value of another JSON type than the format demands.
        TypeWrong "type_wrong",
        /// The document is of another format or version.
        FormatUnknown "format_unknown",
        /// A node of a kind that the format does not have.
        KindUnknown "kind_unknown",
        /// A language that suggestions do not know.
        LanguageUnknown "language_unknown",
        /// A text of white space alone.
        TextBlank "text_blank",
        /// A text of too many characters.
        TextTooLong "text_too_long",
        /// A text with the character U+0000.
        TextNul "text_nul",
        /// An id of a node or an answer with other characters than it may have, or too many.
        IdInvalid "id_invalid",
        /// An answer's key that is not 1 to 9.
        KeyInvalid "key_invalid",
        /// A sub-flow's flow that is no UUID in its usual form.
        FlowIdInvalid "flow_id_invalid",
        /// More keywords than a flow may have.
        TooManyKeywords "too_many_keywords",
        /// A document of too many bytes.
        DocumentTooLarge "document_too_large",
        /// The root is no node of the flow.
        RootMissing "root_missing",
        /// An answer or a node leads to a node that is not there.
        TargetMissing "target_missing",
        /// Two nodes have one id.
        NodeIdRepeated "node_id_repeated",
        /// Two answers of a question have one id.
        AnswerIdRepeated "answer_id_repeated",
        /// Two answers of a question have one label.
        AnswerLabelRepeated "answer_label_repeated",
        /// Two answers of a question have one key.
        AnswerKeyRepeated "answer_key_repeated",
        /// A question without answers, or an answer, instruction or sub-flow that leads nowhere.
        DeadEnd "dead_end",
        /// A question with one answer.
        TooFewAnswers "too_few_answers",
        /// A question with more than nine answers.
        TooManyAnswers "too_many_answers",
        /// No way leads from the root to the node.
        Unreachable "unreachable",
        /// No way leads from the node to an end.
        NoWayOut "no_way_out",
        /// More nodes than a flow may have, those of its sub-flows counted.
        TooManyNodes "too_many_nodes",
        /// A node too many steps away from the root.
        TooFar "too_far",
        /// A sub-flow's flow that the account does not have.
        SubFlowUnknown "sub_flow_unknown",
        /// A sub-flow's flow that is not published.
        SubFlowNotPublished "sub_flow_not_published",
        /// A sub-flow that comes back to this flow.
        SubFlowCycle "sub_flow_cycle",
        /// A sub-flow whose nodes would have too long names in a walk.
        SubFlowNameTooLong "sub_flow_name_too_long",
    }
    Warning {
        /// No keywords: the flow is hardly suggested.
        NoKeywords "no_keywords",
        /// The same keyword twice.
        KeywordRepeated "keyword_repeated",
        /// No description: technicians cannot tell when to take the flow.
        NoDescription "no_description",
        /// A prompt too long to be read out on the phone.
        PromptLong "prompt_long",
        /// A help text that says what the node says already.
        HelpRepeats "help_repeats",
        /// A question whose answers all lead to the same node.
        AnswersAgree "answers_agree",
        /// Keys that are not 1, 2, 3 … in the order of the answers.
        KeyOrder "key_order",
        /// An answer that can be taken for another one's key or id.
        AnswerAmbiguous "answer_ambiguous",
        /// A flow that never branches.
        SinglePath "single_path",
        /// A sub-flow that could not be looked up here.
        SubFlowUnchecked "sub_flow_unchecked",
        /// A sub-flow with an end that escalates, which does not end the flow that runs it.
        SubFlowEscalates "sub_flow_escalates",
    }
}

impl Serialize for DefectCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_one_of_a_kind_and_errors_come_first() {
        let codes: HashSet<&str> = DefectCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), DefectCode::ALL.len());
        assert!(DefectCode::ALL.iter().is_sorted_by_key(|code| code.severity()));
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    }
}
