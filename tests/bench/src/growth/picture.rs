//! What each thing asks of the tables, over the people in them, as an SVG that reads on a page of any colour.

use std::fmt::Write as _;

use super::Line;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 320.0;
/// The plot's edges: left, top, right, bottom. What stands at the right names its line.
const PLOT: [f64; 4] = [56.0, 40.0, 500.0, 270.0];
/// Told apart by whoever tells few colours apart (Okabe and Ito's).
const COLOURS: [&str; 4] = ["#0072b2", "#009e73", "#d55e00", "#cc79a7"];
/// Between two names.
const LINE_HEIGHT: f64 = 16.0;

/// Requests to the tables, from none to somewhat above the most.
pub(super) fn draw(people: &[u64], lines: &[Line]) -> String {
    let [left, top, right, bottom] = PLOT;
    let most = lines.iter().flat_map(|line| &line.used);
    let most = most.map(|used| count(used.requests)).fold(1.0, f64::max);
    let top_of_scale = (most / 20.0).ceil() * 20.0;
    let y = |requests: f64| bottom - (bottom - top) * requests / top_of_scale;
    let powers: Vec<f64> = people.iter().map(|people| count(*people).log10()).collect();
    let [first, last] = [powers.first(), powers.last()].map(|power| power.copied().unwrap_or(0.0));
    let x = |power: f64| left + (right - left) * (power - first) / (last - first).max(1.0);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
         <text x=\"{left}\" y=\"22\" font-size=\"15\">Requests to the tables, by the people in them</text>\n"
    );
    for step in 0..=4 {
        let requests = top_of_scale * f64::from(step) / 4.0;
        let at = y(requests);
        line(&mut svg, [left, at, right, at], "#dddddd", 1);
        text(
            &mut svg,
            [left - 8.0, at + 4.0],
            "end",
            "#000000",
            &requests.to_string(),
        );
    }
    for (power, people) in powers.iter().zip(people) {
        let at = [x(*power), bottom + 20.0];
        text(&mut svg, at, "middle", "#000000", &grouped(*people));
    }
    let mut above = f64::INFINITY;
    let mut by_height: Vec<_> = lines.iter().zip(COLOURS).collect();
    let end = |line: &Line| line.used.last().map_or(0.0, |used| count(used.requests));
    by_height.sort_by(|(one, _), (other, _)| end(one).total_cmp(&end(other)));
    for (of, colour) in by_height {
        let points = powers.iter().zip(&of.used);
        let points: Vec<_> = points
            .map(|(power, used)| (x(*power), y(count(used.requests))))
            .collect();
        for pair in points.windows(2) {
            let [(from_x, from_y), (to_x, to_y)] = [pair[0], pair[1]];
            line(&mut svg, [from_x, from_y, to_x, to_y], colour, 2);
        }
        for (x, y) in points {
            _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{colour}\"/>"
            );
        }
        // No name over another: each at its line, or above the one below it.
        above = (y(end(of)) + 4.0).min(above - LINE_HEIGHT);
        let name = format!("{}: {}", of.name.replace('`', ""), end(of));
        text(&mut svg, [right + 12.0, above], "start", colour, &name);
    }
    svg.push_str("</svg>\n");
    svg
}

fn line(svg: &mut String, [x1, y1, x2, y2]: [f64; 4], colour: &str, width: u8) {
    _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
    );
}

fn text(svg: &mut String, [x, y]: [f64; 2], anchor: &str, colour: &str, words: &str) {
    _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{words}</text>"
    );
}

#[expect(clippy::cast_precision_loss, reason = "places in a picture")]
fn count(number: u64) -> f64 {
    number as f64
}

/// `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
