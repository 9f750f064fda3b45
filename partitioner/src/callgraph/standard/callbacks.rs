//! Which methods of the crate functions of the standard library may call back.

/// The methods of traits that a function of the standard library may call, by that function's name.
pub(in crate::callgraph) fn callbacks(function: &str) -> &'static [&'static str] {
    match function {
        "into" => &["from"],
        "try_into" => &["try_from"],
        "to_string" | "write_fmt" | "format" | "fmt" | "pad" | "debug_struct" | "debug_tuple"
        | "debug_list" | "debug_map" | "debug_set" | "field" | "entry" | "entries"
        | "write_str" => &["fmt", "write_str", "write_char"],
        "parse" => &["from_str"],
        "sort"
        | "sort_unstable"
        | "sort_by_key"
        | "sort_unstable_by_key"
        | "max"
        | "min"
        | "max_by_key"
        | "min_by_key"
        | "clamp"
        | "binary_search"
        | "cmp"
        | "partial_cmp"
        | "lt"
        | "le"
        | "gt"
        | "ge"
        | "is_sorted" => &["cmp", "partial_cmp", "eq", "next", "size_hint"],
        "eq" | "ne" => &["eq", "next", "size_hint"],
        "contains" | "starts_with" | "ends_with" | "dedup" | "strip_prefix" | "strip_suffix"
        | "split" => &["eq"],
        "hash" | "hash_one" => &["hash", "write", "finish"],
        "insert" | "remove" | "get" | "get_mut" | "contains_key" | "or_insert" => {
            &["hash", "eq", "cmp", "partial_cmp"]
        }
        "collect" | "from_iter" | "unzip" | "partition" | "extend" => {
            &["from_iter", "extend", "next", "into_iter", "size_hint"]
        }
        "sum" => &["sum", "add", "next"],
        "product" => &["product", "mul", "next"],
        "map" | "filter" | "filter_map" | "rev" | "enumerate" | "zip" | "chain" | "skip"
        | "take" | "fold" | "for_each" | "find" | "find_map" | "position" | "any" | "all"
        | "count" | "last" | "nth" | "next" | "flat_map" | "flatten" | "peekable" | "peek"
        | "step_by" | "take_while" | "skip_while" | "try_fold" | "try_for_each" | "map_while"
        | "scan" | "inspect" | "cycle" | "reduce" | "copied" => {
            &["next", "next_back", "into_iter", "size_hint"]
        }
        "cloned" | "clone" | "to_vec" | "to_owned" | "clone_from" | "clone_from_slice"
        | "resize" | "extend_from_slice" | "fill" => &["clone", "next"],
        "unwrap_or_default" | "default" | "or_default" => &["default"],
        "drop" | "clear" | "truncate" | "drop_in_place" | "replace" | "pop" => &["drop"],
        _ => &[],
    }
}
