//! What `examples/` show is what they say. It knows nothing of the library but what they print.

#[path = "../examples/fits.rs"]
mod fits;
#[path = "../examples/sweep.rs"]
mod sweep;

#[test]
fn the_table_of_lengths_grows_until_it_does_not_fit() {
    let table = sweep::table("mode=finetune&method=LoRA&model=llama-3.1-8b&precision=BF16&batchSize=1&gpu=rtx-5090");
    let rows: Vec<Vec<&str>> = table.lines().map(|it| it.split_whitespace().collect()).collect();
    let totals: Vec<f64> = rows[1..10].iter().map(|it| it[1].parse().expect("a number")).collect();
    assert!(totals.is_sorted_by(|a, b| a < b), "{table}");
    assert_eq!((rows[1][0], rows[1][2], rows[9][0], rows[9][2]), ("512", "fits", "131072", "too_much"), "{table}");
    let most: f64 = rows[10][3].parse().expect("a number");
    for row in &rows[1..10] {
        assert_eq!(row[0].parse::<f64>().expect("a number") <= most, row[2] == "fits", "{table}");
    }
}

/// A mode without sequences has no such table, and a model without formulas no numbers.
#[test]
fn no_answer_is_no_number() {
    assert!(sweep::table("mode=cnn").starts_with("No sweep"));
    assert_eq!(sweep::table("mode=vlm&model=llama-3.1-8b").matches("no answer").count(), 9);
}

#[test]
fn the_gpus_that_fit_are_listed_by_size() {
    let list = fits::list("model=llama-3.1-8b&precision=BF16&sequenceLength=32768");
    let size = |row: &str| row.split_whitespace().rev().nth(3).and_then(|it| it.parse().ok()).expect("a size");
    let sizes: Vec<f64> = list.lines().map(size).collect();
    assert!(sizes.len() > 20 && sizes.is_sorted(), "{list}");
    assert!(list.contains("RTX 5090") && !list.contains("RTX 4060 Ti"), "{list}");
    assert_eq!(fits::list("model=llama-3.1-8b&batchSize=1000000"), "");
}

/// They run, whatever their first argument is: here it is one of the test's.
#[test]
fn they_run() {
    sweep::main();
    fits::main();
}
