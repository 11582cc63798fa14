use tally::tally;

#[test]
fn most_frequent_comes_first() {
    let words = tally("to be or not to be, that is to say");
    assert_eq!(words[0], ("to".to_string(), 3));
    assert_eq!(words[1], ("be".to_string(), 2));
}

#[test]
fn ties_are_in_order_of_name() {
    let words: Vec<_> = tally("pear apple").into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["apple", "pear"]);
}
