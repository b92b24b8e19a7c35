//! What a model takes and costs, in a few words.

use super::dollars;
use crate::llm::models::{ModelData, Price};

/// `128,000 tokens, $0.25 in, $2.00 out`, as far as it is known; prices are for a million tokens.
pub fn model_facts(data: &ModelData) -> String {
    let window = data.context.map(|tokens| format!("{} tokens", grouped(tokens.into())));
    window.into_iter().chain(data.price.map(price)).collect::<Vec<_>>().join(", ")
}

fn price(price: Price) -> String {
    if price == Price::FREE {
        return "free".to_owned();
    }
    format!("{} in, {} out", dollars(price.input), dollars(price.output))
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), shown);
        }
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(model_facts(&ModelData::default()), "");
        let price = Some(Price { input: 0.25, output: 2.0, cached: None, long: None });
        let known = ModelData { context: Some(128_000), price, ..ModelData::default() };
        assert_eq!(model_facts(&known), "128,000 tokens, $0.25 in, $2.00 out");
    }
}
