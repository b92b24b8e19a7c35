//! Finds every name in a template that does not exist, with its place, before it is ever rendered.
//!
//! minijinja tells an unknown variable, filter or test only when it comes to it, in one branch of a template, with the
//! key already pressed. So this walks its syntax tree.

use std::collections::BTreeSet;
use std::ops::Range;

use minijinja::ErrorKind;
use minijinja::machinery::ast::{CallArg, Expr, Spanned, Stmt};
use minijinja::machinery::{Span, Token, parse, tokenize};

use crate::action::template::{Names, environment, syntax};
use crate::config::word::suggestion;

/// The variables that are texts.
const TEXTS: &[&str] = &[
    "text",
    "source_language",
    "target_language",
    "second_language",
    "answer_language",
    "clipboard",
    "date",
    "about_me",
];
/// The variables that have members.
const TABLES: &[&str] = &["app", "options", "steps"];
const APP_MEMBERS: &[&str] = &["name", "title"];
const FUNCTIONS: &[&str] = &["range", "dict", "namespace"];
/// What is proposed for a mistyped filter; more exist.
const USUAL_FILTERS: &[&str] = &[
    "capitalize",
    "default",
    "escape",
    "first",
    "indent",
    "join",
    "last",
    "length",
    "lines",
    "lower",
    "replace",
    "reverse",
    "split",
    "string",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "urlencode",
];
const USUAL_TESTS: &[&str] = &["defined", "endingwith", "equalto", "in", "startingwith", "undefined"];

/// Words and signs inside all `{{ }}` and `{% %}` of a template, and inside one: the parser recurses on them. Prompts
/// have some dozens.
const MOST_TOKENS: usize = 2_000;
const MOST_TOKENS_OF_A_TAG: usize = 400;

/// What is wrong, and the bytes of the template that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub range: Range<usize>,
    pub problem: String,
    pub help: String,
}

/// What a template has to be given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    pub text: bool,
    pub clipboard: bool,
    /// From which language into which, which takes a look at the text.
    pub direction: bool,
}

/// All mistakes of `source`, or what it uses.
pub fn check(source: &str, names: Names<'_>) -> Result<Uses, Vec<Mistake>> {
    if !source.contains("{{") && !source.contains("{%") && !source.contains("{#") {
        return Ok(Uses::default());
    }
    refuse_oversize(source)?;
    let tree = parse(source, "prompt", syntax()).map_err(|error| vec![syntax_mistake(&error, source)])?;
    let mut walk = Walk { source, names, assigned: vec![BTreeSet::new()], uses: Uses::default(), mistakes: Vec::new() };
    walk.statement(&tree);
    if walk.mistakes.is_empty() { Ok(walk.uses) } else { Err(walk.mistakes) }
}

fn refuse_oversize(source: &str) -> Result<(), Vec<Mistake>> {
    let (mut all, mut of_tag) = (0, 0);
    for (token, span) in tokenize(source, false, syntax()).map_while(Result::ok) {
        match token {
            Token::TemplateData(_) => of_tag = 0,
            Token::VariableStart | Token::BlockStart => of_tag = 0,
            _ => of_tag += 1,
        }
        all += 1;
        if all > MOST_TOKENS || of_tag > MOST_TOKENS_OF_A_TAG {
            return Err(vec![Mistake {
                range: range(span),
                problem: "too long a template".into(),
                help: String::new(),
            }]);
        }
    }
    Ok(())
}

fn syntax_mistake(error: &minijinja::Error, source: &str) -> Mistake {
    let problem = error.detail().unwrap_or("syntax error").to_owned();
    let range = error.range().unwrap_or(source.len()..source.len());
    let help = if problem.contains("unknown statement") {
        "expected `if`, `for`, `set`, `with` or `raw`"
    } else {
        "write `{% raw %}` before and `{% endraw %}` behind braces that are meant as text"
    };
    Mistake { range, problem, help: help.to_owned() }
}

fn range(span: Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

struct Walk<'a> {
    source: &'a str,
    names: Names<'a>,
    /// Names that the template itself gave, by scope.
    assigned: Vec<BTreeSet<String>>,
    uses: Uses,
    mistakes: Vec<Mistake>,
}

impl Walk<'_> {
    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::EmitRaw(_) => {}
            Stmt::ForLoop(for_loop) => self.for_loop(for_loop),
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::WithBlock(with) => self.scope(|walk| {
                for (target, value) in &with.assignments {
                    walk.expression(value);
                    walk.assign(target);
                }
                walk.statements(&with.body);
            }),
            Stmt::Set(set) => {
                self.expression(&set.expr);
                self.assign(&set.target);
            }
            Stmt::SetBlock(set) => {
                self.optional(set.filter.as_ref());
                self.scope(|walk| walk.statements(&set.body));
                self.assign(&set.target);
            }
            Stmt::AutoEscape(escape) => {
                self.expression(&escape.enabled);
                self.statements(&escape.body);
            }
            Stmt::FilterBlock(filter) => {
                self.expression(&filter.filter);
                self.statements(&filter.body);
            }
            Stmt::Do(call) => self.call(&call.call.expr, &call.call.args),
        }
    }

    fn for_loop(&mut self, for_loop: &minijinja::machinery::ast::ForLoop<'_>) {
        self.expression(&for_loop.iter);
        self.scope(|walk| {
            walk.give("loop");
            walk.assign(&for_loop.target);
            walk.optional(for_loop.filter_expr.as_ref());
            walk.statements(&for_loop.body);
        });
        self.statements(&for_loop.else_body);
    }

    fn statements(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Const(_) => {}
            Expr::Var(variable) => self.variable(variable.id, range(variable.span())),
            Expr::GetAttr(member) => self.member(&member.expr, Some(member.name), range(member.span())),
            Expr::GetItem(item) => self.item(&item.expr, &item.subscript_expr, range(item.span())),
            Expr::Filter(filter) => self.filter(filter),
            Expr::Test(test) => self.test(test),
            Expr::Call(call) => self.call(&call.expr, &call.args),
            Expr::Slice(slice) => {
                self.expression(&slice.expr);
                for part in [&slice.start, &slice.stop, &slice.step] {
                    self.optional(part.as_ref());
                }
            }
            Expr::UnaryOp(operation) => self.expression(&operation.expr),
            Expr::BinOp(operation) => self.all([&operation.left, &operation.right]),
            Expr::Compare(compare) => {
                self.expression(&compare.expr);
                self.all(compare.ops.iter().map(|operation| &operation.expr));
            }
            Expr::IfExpr(choice) => {
                self.all([&choice.test_expr, &choice.true_expr]);
                self.optional(choice.false_expr.as_ref());
            }
            Expr::List(list) => self.all(&list.items),
            Expr::Tuple(tuple) => self.all(&tuple.items),
            Expr::Map(map) => self.all(map.keys.iter().chain(&map.values)),
        }
    }

    fn all<'e, 's: 'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr<'s>>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn optional(&mut self, expression: Option<&Expr<'_>>) {
        self.all(expression);
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value)
                | CallArg::Kwarg(_, value)
                | CallArg::PosSplat(value)
                | CallArg::KwargSplat(value) => {
                    self.expression(value);
                }
            }
        }
    }

    fn variable(&mut self, name: &str, range: Range<usize>) {
        if self.is_assigned(name) {
            return;
        }
        match name {
            "text" => self.uses.text = true,
            "clipboard" => self.uses.clipboard = true,
            "source_language" | "target_language" | "second_language" => self.uses.direction = true,
            known if TEXTS.contains(&known) || TABLES.contains(&known) => {}
            unknown => {
                let known = || TEXTS.iter().chain(TABLES).copied();
                self.mistake(range, "unknown variable", suggestion(unknown, known().collect::<Vec<_>>()));
            }
        }
    }

    /// `of.name`; without a name, a subscript that is only known when it is rendered.
    fn member(&mut self, of: &Expr<'_>, name: Option<&str>, range: Range<usize>) {
        let Expr::Var(variable) = of else {
            return self.expression(of);
        };
        if self.is_assigned(variable.id) {
            return;
        }
        let members: Vec<&str> = match variable.id {
            "app" => APP_MEMBERS.to_vec(),
            "options" => self.names.options.iter().map(String::as_str).collect(),
            "steps" => self.names.steps.iter().map(String::as_str).collect(),
            text if TEXTS.contains(&text) && name.is_some() => {
                return self.mistake(range, "a text has no members", "use a filter, as in `{{ text | upper }}`");
            }
            _ => return self.expression(of),
        };
        match name {
            Some(name) if members.contains(&name) => {}
            Some(name) if members.is_empty() => {
                self.mistake(
                    range,
                    "unknown variable",
                    format!("no {} before it has the name `{name}`", singular(variable.id)),
                );
            }
            Some(name) => self.mistake(range, "unknown variable", suggestion(name, members)),
            None => self.mistake(range, "a member that is not known yet", format!("write `{}.NAME`", variable.id)),
        }
    }

    fn item(&mut self, of: &Expr<'_>, subscript: &Expr<'_>, range: Range<usize>) {
        match subscript {
            Expr::Const(constant) => match constant.value.as_str() {
                Some(name) => self.member(of, Some(name), range),
                None => self.expression(of),
            },
            dynamic => {
                self.expression(dynamic);
                self.member(of, None, range);
            }
        }
    }

    fn filter(&mut self, filter: &Spanned<minijinja::machinery::ast::Filter<'_>>) {
        self.optional(filter.expr.as_ref());
        self.arguments(&filter.args);
        if !exists(&format!("'' | {}", filter.name), ErrorKind::UnknownFilter) {
            let place = self.name_within(filter.name, filter.expr.as_ref(), range(filter.span()));
            self.mistake(place, "unknown filter", suggestion(filter.name, USUAL_FILTERS.iter().copied()));
        }
    }

    fn test(&mut self, test: &Spanned<minijinja::machinery::ast::Test<'_>>) {
        self.expression(&test.expr);
        self.arguments(&test.args);
        if !exists(&format!("'' is {}", test.name), ErrorKind::UnknownTest) {
            let place = self.name_within(test.name, Some(&test.expr), range(test.span()));
            self.mistake(place, "unknown test", suggestion(test.name, USUAL_TESTS.iter().copied()));
        }
    }

    fn call(&mut self, callee: &Expr<'_>, arguments: &[CallArg<'_>]) {
        self.arguments(arguments);
        match callee {
            Expr::Var(function) if FUNCTIONS.contains(&function.id) => {}
            Expr::Var(function) => {
                let help = suggestion(function.id, FUNCTIONS.iter().copied());
                self.mistake(range(function.span()), "unknown function", help);
            }
            Expr::GetAttr(method) if matches!(&method.expr, Expr::Var(of) if of.id == "loop") => {}
            other => self.mistake(range(other.span()), "nothing to call", "use a filter, as in `{{ text | upper }}`"),
        }
    }

    fn scope(&mut self, inside: impl FnOnce(&mut Self)) {
        self.assigned.push(BTreeSet::new());
        inside(self);
        self.assigned.pop();
    }

    fn assign(&mut self, target: &Expr<'_>) {
        match target {
            Expr::Var(variable) => self.give(variable.id),
            Expr::List(list) => list.items.iter().for_each(|item| self.assign(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.assign(item)),
            other => self.expression(other),
        }
    }

    fn give(&mut self, name: &str) {
        if let Some(scope) = self.assigned.last_mut() {
            scope.insert(name.to_owned());
        }
    }

    fn is_assigned(&self, name: &str) -> bool {
        self.assigned.iter().any(|scope| scope.contains(name))
    }

    /// The name of a filter or test, whose span takes in what it is applied to and its arguments as well.
    fn name_within(&self, name: &str, applied_to: Option<&Expr<'_>>, whole: Range<usize>) -> Range<usize> {
        let from = applied_to.map_or(whole.start, |before| range(before.span()).end);
        let found = self.source.get(from..whole.end).and_then(|rest| rest.find(name));
        found.map_or(whole, |at| from + at..from + at + name.len())
    }

    fn mistake(&mut self, range: Range<usize>, problem: &str, help: impl Into<String>) {
        self.mistakes.push(Mistake { range, problem: problem.to_owned(), help: help.into() });
    }
}

fn singular(table: &str) -> &str {
    table.strip_suffix('s').unwrap_or(table)
}

/// Whether an expression fails for something else than `missing`: minijinja does not list what it has.
fn exists(expression: &str, missing: ErrorKind) -> bool {
    let outcome = environment().compile_expression_owned(expression.to_owned()).and_then(|e| e.eval(()));
    !matches!(outcome, Err(error) if error.kind() == missing)
}
