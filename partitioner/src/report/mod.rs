//! The report: what was decided about a driver, as one page that explains itself, or as a picture.
//!
//! `data` says what is shown, `diff` compares with another plan, `front` has the plans that could be chosen, `layout` computes where things go, `svg`
//! and `chart` draw, `html` puts all into one file that needs nothing else. What happens in the reader's
//! browser is in `assets`; it decides nothing, and only shows what is in the data.

mod chart;
pub mod data;
pub mod diff;
mod escape;
pub mod front;
pub mod html;
pub mod layout;
pub mod svg;

pub use data::{Data, Extras};
