//! JSON that comes in: one parser with a rule for members of the same name, one reader that notes every fault with its
//! place. Bodies, flows, files to provision from and tokens are read with it, each in its own words ([`Dialect`]).

mod location;
mod nul;
mod parse;
mod reader;

pub use location::{Location, Segment, pointer_token};
pub use nul::find_nul;
pub use parse::{Counts, parse, parse_reporting};
pub use reader::{Dialect, Fault, Kind, ObjectReader};
