//! Gives every integer of a type that is derived a greatest value.

use utoipa::openapi::schema::{ArrayItems, KnownFormat, SchemaFormat, SchemaType};
use utoipa::openapi::{Object, RefOr, Schema, Type};

/// Bounds the integers of `schema` that have no greatest value yet by the type that holds them.
pub(super) fn bound(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            bound_integer(object);
            object.properties.values_mut().for_each(bound);
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items);
            }
        }
        Schema::OneOf(of) => of.items.iter_mut().for_each(bound),
        Schema::AllOf(of) => of.items.iter_mut().for_each(bound),
        Schema::AnyOf(of) => of.items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn bound_integer(integer: &mut Object) {
    let is_integer = match &integer.schema_type {
        SchemaType::Type(only) => *only == Type::Integer,
        SchemaType::Array(types) => types.contains(&Type::Integer),
        SchemaType::AnyValue => false,
    };
    if !is_integer || integer.maximum.is_some() {
        return;
    }
    let Some(SchemaFormat::KnownFormat(format)) = &integer.format else { return };
    match format {
        // What utoipa derives for `u32`, which goes beyond 32 bits with a sign.
        KnownFormat::Int32 => {
            integer.format = Some(SchemaFormat::KnownFormat(KnownFormat::Int64));
            integer.maximum = Some(u32::MAX.into());
        }
        // `i64`, and `u64` that stores keep as that.
        KnownFormat::Int64 => integer.maximum = Some(i64::MAX.into()),
        _ => {}
    }
}
