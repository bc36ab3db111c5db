//! JSON Schema, as far as the schemas of tests/schemas and docs/ use it. A word that it does not know is a failure, so that
//! nothing passes unchecked.

use regex::Regex;
use serde_json::Value;

/// What `value` breaks of `schema`, one line each: where, and what was wanted.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Checker { root: schema }.check(schema, value, "", &mut faults);
    faults
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        for (word, wanted) in schema.as_object().expect("a schema is an object") {
            let holds = match word.as_str() {
                "$schema" | "$id" | "id" | "title" | "description" | "default" | "definitions" => true,
                "format" => is_of_format(wanted, value),
                "type" => {
                    wanted.as_array().map_or_else(|| is_a(wanted, value), |any| any.iter().any(|one| is_a(one, value)))
                }
                "enum" => wanted.as_array().expect("a list").contains(value),
                "const" => wanted == value,
                "pattern" => value.as_str().is_none_or(|text| matches(wanted, text)),
                "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= number(wanted)),
                "maxLength" => value.as_str().is_none_or(|text| text.chars().count() <= number(wanted)),
                "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().expect("a number")),
                "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().expect("a number")),
                "minItems" => value.as_array().is_none_or(|items| items.len() >= number(wanted)),
                "uniqueItems" => {
                    value.as_array().is_none_or(|items| (1..items.len()).all(|n| !items[..n].contains(&items[n])))
                }
                "required" => value.as_object().is_none_or(|object| {
                    wanted
                        .as_array()
                        .expect("a list")
                        .iter()
                        .all(|key| object.contains_key(key.as_str().expect("a key")))
                }),
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}/{number}"), faults);
                    }
                    true
                }
                "properties" => {
                    for (key, item) in value.as_object().into_iter().flatten() {
                        if let Some(schema) = wanted.get(key) {
                            self.check(schema, item, &format!("{at}/{key}"), faults);
                        }
                    }
                    true
                }
                "additionalProperties" => self.others(schema, wanted, value, at, faults),
                "$ref" => {
                    let pointer = wanted.as_str().and_then(|text| text.strip_prefix('#')).expect("a reference inside");
                    self.check(self.root.pointer(pointer).expect("what is referred to"), value, at, faults);
                    true
                }
                "anyOf" => self.count(wanted, value, at) > 0,
                "oneOf" => self.count(wanted, value, at) == 1,
                _ => panic!("no check for {word}"),
            };
            if !holds {
                faults.push(format!("{at}: {value} breaks {word} {wanted}"));
            }
        }
    }

    /// The members that the schema does not name.
    fn others(&self, schema: &Value, wanted: &Value, value: &Value, at: &str, faults: &mut Vec<String>) -> bool {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = value.as_object().into_iter().flatten();
        let mut others = others.filter(|(key, _)| known.is_none_or(|known| !known.contains_key(*key))).peekable();
        if wanted.is_object() {
            others.for_each(|(key, item)| self.check(wanted, item, &format!("{at}/{key}"), faults));
            return true;
        }
        wanted == &Value::Bool(true) || others.peek().is_none()
    }

    fn count(&self, schemas: &Value, value: &Value, at: &str) -> usize {
        let holds = |schema: &&Value| {
            let mut faults = Vec::new();
            self.check(schema, value, at, &mut faults);
            faults.is_empty()
        };
        schemas.as_array().expect("a list").iter().filter(holds).count()
    }
}

fn is_a(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("a name") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        other => panic!("no type {other}"),
    }
}

fn is_of_format(name: &Value, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    match name.as_str().expect("a name") {
        "uri" => matches(&r"^[a-z]+:[\x21-\x7e]+$".into(), text),
        "uri-reference" => matches(&r"^([\w./~-]|%[0-9A-F]{2}|file:///)*$".into(), text),
        "date-time" => matches(&r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$".into(), text),
        other => panic!("no format {other}"),
    }
}

fn matches(pattern: &Value, text: &str) -> bool {
    let pattern = pattern.as_str().expect("a pattern").replace(r"\d", "[0-9]").replace(r"\w", "[0-9A-Za-z_]");
    Regex::new(&pattern).expect("a pattern that compiles").is_match(text)
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small one")
}
