//! Parts of a text, of which there may be as many as there are findings on one long line: each is looked at once.
//!
//! Never: what stands there.

use std::ops::Range;

/// `spans` in order, those that overlap made one.
pub(super) fn joined(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut().filter(|last| span.start < last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => joined.push(span),
        }
    }
    joined
}

/// The parts of `spans` that none of the `taken` covers; both in order, and none of either overlap.
pub(super) fn free_of(spans: &[Range<usize>], taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut free, mut first) = (Vec::new(), 0);
    for span in spans {
        first += taken[first..].iter().take_while(|taken| taken.end <= span.start).count();
        let mut at = span.start;
        for taken in taken[first..].iter().take_while(|taken| taken.start < span.end) {
            free.push(at..taken.start);
            at = taken.end;
        }
        free.push(at..span.end);
    }
    free.retain(|span| span.start < span.end);
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(ends: &[(usize, usize)]) -> Vec<Range<usize>> {
        ends.iter().map(|&(start, end)| start..end).collect()
    }

    #[test]
    fn what_overlaps_is_joined() {
        assert_eq!(joined(spans(&[(5, 9), (0, 3), (2, 4), (4, 5), (6, 7)])), spans(&[(0, 4), (4, 5), (5, 9)]));
    }

    #[test]
    fn what_is_taken_is_left_out() {
        for (all, taken, free) in [
            (&[(0, 10)][..], &[][..], &[(0, 10)][..]),
            (&[(0, 10)], &[(2, 4), (6, 12)], &[(0, 2), (4, 6)]),
            (&[(0, 3), (5, 8)], &[(0, 6)], &[(6, 8)]),
            (&[(5, 8)], &[(0, 2), (5, 8), (9, 10)], &[]),
        ] {
            assert_eq!(free_of(&spans(all), &spans(taken)), spans(free), "{all:?} {taken:?}");
        }
    }
}
