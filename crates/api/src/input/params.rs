//! The parameters of paths and queries: one struct is what is read and what is described.

use std::borrow::Cow;

use actix_web::HttpRequest;
use firstline_domain::account::Role;
use firstline_domain::flow::FlowStatus;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ids::{FlowId, SessionId, TicketId, UserId};
use firstline_domain::paging::PageLimit;
use firstline_domain::text::ProblemStatement;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};
use uuid::Uuid;

use super::described::{Described, description};
use super::invalid::InvalidParams;
use super::member::of_text;
use super::query::Query;

/// Where parameters stand as text.
pub(crate) trait Source {
    /// Where that is.
    const PLACE: &'static str;

    /// The parameter `name`, if it is there.
    fn get(&self, name: &str, invalid: &mut InvalidParams) -> Option<&str>;

    /// Whether it is there, be it wrong.
    fn has(&self, name: &str) -> bool;
}

/// The segments of a path.
impl Source for HttpRequest {
    const PLACE: &'static str = "/path";

    fn get(&self, name: &str, _invalid: &mut InvalidParams) -> Option<&str> {
        self.match_info().get(name)
    }

    fn has(&self, name: &str) -> bool {
        self.match_info().get(name).is_some()
    }
}

impl Source for Query {
    const PLACE: &'static str = "/query";

    fn get(&self, name: &str, invalid: &mut InvalidParams) -> Option<&str> {
        Self::get(self, name, invalid)
    }

    fn has(&self, name: &str) -> bool {
        Self::has(self, name)
    }
}

/// The parameters that a route reads from one place. Made by [`params!`].
pub(crate) trait Params: Sized {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Reads them. `None` where one has a defect, which is noted.
    fn read(source: &impl Source, invalid: &mut InvalidParams) -> Option<Self>;

    /// Their descriptions.
    fn describe(place: &ParameterIn) -> Vec<Parameter>;
}

/// One parameter.
pub(crate) trait Param: Sized {
    /// Whether it must be there.
    const REQUIRED: bool;

    /// Reads it. `None` is a defect that is noted.
    fn read(source: &impl Source, name: &str, invalid: &mut InvalidParams) -> Option<Self>;

    /// What it looks like.
    fn schema() -> RefOr<Schema>;
}

/// A value that a parameter may have.
pub(crate) trait ParamValue: Described + Sized {
    /// The value of that text, or what is wrong with it.
    fn parse(text: &str) -> Result<Self, Cow<'static, str>>;
}

/// Notes that the parameter `name` breaks a rule.
fn add<S: Source>(_: &S, name: &str, detail: impl Into<Cow<'static, str>>, invalid: &mut InvalidParams) {
    invalid.add(format!("{}/{name}", S::PLACE), detail);
}

fn parsed<T: ParamValue>(source: &impl Source, name: &str, text: &str, invalid: &mut InvalidParams) -> Option<T> {
    T::parse(text).map_err(|detail| add(source, name, detail, invalid)).ok()
}

/// A parameter that must be there.
impl<T: ParamValue> Param for T {
    const REQUIRED: bool = true;

    fn read(source: &impl Source, name: &str, invalid: &mut InvalidParams) -> Option<Self> {
        if !source.has(name) {
            add(source, name, "is required", invalid);
        }
        parsed(source, name, source.get(name, invalid)?, invalid)
    }

    fn schema() -> RefOr<Schema> {
        <Self as Described>::schema()
    }
}

/// A parameter that may be missing.
impl<T: ParamValue> Param for Option<T> {
    const REQUIRED: bool = false;

    fn read(source: &impl Source, name: &str, invalid: &mut InvalidParams) -> Option<Self> {
        // Given twice, it is missing here and among the defects.
        source
            .get(name, invalid)
            .map(|text| parsed(source, name, text, invalid))
            .map_or(Some(None), |read| read.map(Some))
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// A parameter's description.
pub(crate) fn describe<T: Param>(name: &str, place: &ParameterIn, lines: &[&str]) -> ParameterBuilder {
    let required = if T::REQUIRED { Required::True } else { Required::False };
    let parameter = ParameterBuilder::new().name(name).parameter_in(place.clone()).required(required);
    parameter.description(description(lines)).schema(Some(T::schema()))
}

/// No parameters.
impl Params for () {
    const NAMES: &'static [&'static str] = &[];

    fn read(_source: &impl Source, _invalid: &mut InvalidParams) -> Option<Self> {
        Some(())
    }

    fn describe(_place: &ParameterIn) -> Vec<Parameter> {
        Vec::new()
    }
}

macro_rules! ids {
    ($($id:ident)+) => {$(
        impl Described for $id {
            fn schema() -> RefOr<Schema> {
                Uuid::schema()
            }
        }

        /// In any spelling of a UUID.
        impl ParamValue for $id {
            fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
                Uuid::parse_str(text).map(Self::from).map_err(|_| "must be a UUID".into())
            }
        }
    )+};
}

ids! { FlowId SessionId TicketId UserId }

/// The version of that number, written as the service writes it.
fn version_number(text: &str) -> Option<VersionNumber> {
    // `parse` alone would take a sign and zeros in front, and one version would have many URLs.
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).and_then(VersionNumber::new)
}

impl ParamValue for VersionNumber {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        version_number(text).ok_or_else(|| "must be a version's number, from 1".into())
    }
}

impl<const DEFAULT: u16, const MAX: u16> ParamValue for PageLimit<DEFAULT, MAX> {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        // `parse` alone would take a sign.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = text.parse().ok().filter(|_| digits).and_then(Self::new);
        limit.ok_or_else(|| format!("must be an integer from 1 to {MAX}").into())
    }
}

impl ParamValue for bool {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false".into()),
        }
    }
}

impl ParamValue for ProblemStatement {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        Self::new(text).map_err(of_text)
    }
}

impl ParamValue for Role {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        Self::parse(text).ok_or_else(|| format!("must be one of {}", Self::ALL.map(Self::as_str).join(", ")).into())
    }
}

impl ParamValue for FlowStatus {
    fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        Self::parse(text).ok_or_else(|| format!("must be one of {}", Self::ALL.map(Self::as_str).join(", ")).into())
    }
}

/// Declares the parameters that a route reads from its path or its query. What is read and what is described both
/// follow from the types of the fields, in their order; the doc comments are the descriptions.
macro_rules! params {
    ($(
        $(#[doc = $doc:literal])+
        $vis:vis struct $name:ident in $place:ident {$(
            $(#[doc = $field_doc:literal])*
            $(#[example = $example:expr])?
            $field:ident: $type:ty,
        )+}
    )+) => {$(
        $(#[doc = $doc])+
        $vis struct $name {$(
            $(#[doc = $field_doc])*
            $vis $field: $type,
        )+}

        impl $crate::input::Params for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn read(
                source: &impl $crate::input::Source,
                invalid: &mut $crate::input::InvalidParams,
            ) -> Option<Self> {
                $(let $field = <$type as $crate::input::Param>::read(source, stringify!($field), invalid);)+
                Some(Self { $($field: $field?),+ })
            }

            fn describe(place: &utoipa::openapi::path::ParameterIn) -> Vec<utoipa::openapi::path::Parameter> {
                vec![$({
                    let parameter = $crate::input::describe::<$type>(stringify!($field), place, &[$($field_doc),*]);
                    $(let parameter = parameter.example(Some($example.into()));)?
                    parameter.build()
                }),+]
            }
        }

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                <Self as $crate::input::Params>::describe(&utoipa::openapi::path::ParameterIn::$place)
            }
        }
    )+};
}

pub(crate) use params;
