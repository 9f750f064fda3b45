//! What the pictures of the jobs' figures share: colours for light and dark pages, and axes.

/// Begins a picture of that class and size in pixels, with what it shows in a few words and in a sentence, its
/// own styles, and the ground.
pub(crate) fn open(
    class: &str,
    (width, height): (f64, f64),
    label: &str,
    title: &str,
    style: &str,
) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         class=\"{class}\" role=\"img\" aria-label=\"{label}\">\n<title>{title}</title>\n<style>\n\
         .{class} {{ --ground: #ffffff; --ink: #1b1f24; --faint: #a3abb5; --line: #1f66a8; --other: #b0610a; }}\n\
         @media (prefers-color-scheme: dark) {{ .{class} {{ --ground: #14181d; --ink: #e4e8ed; --faint: #5d6772; \
         --line: #64a9e8; --other: #eba24a; }} }}\n\
         .{class} .ground {{ fill: var(--ground); }}\n\
         .{class} text {{ fill: var(--ink); font: 12px sans-serif; text-anchor: middle; }}\n\
         .{class} .end {{ text-anchor: end; }}\n.{class} .start {{ text-anchor: start; }}\n\
         .{class} .grid {{ stroke: var(--faint); stroke-width: 0.5; fill: none; }}\n{style}</style>\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>\n"
    )
}

/// A round figure that is not below the value.
pub(crate) fn round(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0];
    let fitting = steps.into_iter().map(|step| step * power);
    fitting
        .into_iter()
        .find(|round| *round >= value)
        .unwrap_or(10.0 * power)
}

/// As short as it can be.
pub(crate) fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A count, its thousands apart.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_figures() {
        assert!((round(104_202.0) - 120_000.0).abs() < 1e-6);
        assert!((round(19.0) - 20.0).abs() < 1e-9);
        assert!((round(0.9) - 1.0).abs() < 1e-9);
        assert_eq!(figure(7.5), "7.5");
        assert_eq!(figure(30.0), "30");
        assert_eq!(
            (count(7), count(9_041), count(1_000_000)),
            ("7".into(), "9,041".into(), "1,000,000".into())
        );
    }
}
