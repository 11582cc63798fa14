//! Counts words, most frequent first.

use std::collections::HashMap;

/// The words of a text in lower case with how often each occurs, most frequent first, then by name.
pub fn tally(text: &str) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut words: Vec<_> = counts.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words
}

#[cfg(test)]
mod tests {
    use super::tally;

    #[test]
    fn empty_text_has_no_words() {
        assert!(tally("").is_empty());
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(tally("Ship ship SHIP"), [("ship".to_string(), 3)]);
    }
}
