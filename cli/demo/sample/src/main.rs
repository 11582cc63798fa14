use std::io::{self, Read};

use tally::tally;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    for (word, count) in tally(&text) {
        println!("{count:>6} {word}");
    }
    Ok(())
}
