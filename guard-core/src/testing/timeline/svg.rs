use super::Timeline;
use std::string::String;
pub(super) fn document(_: &Timeline) -> String {
    String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
}
