//! Which imports between files make a circle.
#![expect(clippy::unwrap_used, reason = "tests")]

use firstline_circles::{Circle, Sources, circles_in, circles_of};

/// The circles of a crate with these files, each import as `file:line path`.
fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let found = circles_of(&Sources::of(files.iter().copied())).unwrap();
    let import = |circle: &Circle| {
        let imports = circle.imports.iter();
        imports.map(|import| format!("{}:{} {}", import.file.display(), import.line, import.path)).collect()
    };
    found.iter().map(import).collect()
}

/// The circle of `a.rs` and `b.rs` in a crate whose root declares both.
fn circle_of_two(a: &str, b: &str) -> Vec<Vec<String>> {
    circles(&[("lib.rs", "mod a;\nmod b;"), ("a.rs", a), ("b.rs", b)])
}

const B: &str = "pub struct B;\nfn f(_: crate::a::A) {}";
const CLOSED: &str = "b.rs:2 crate::a::A";

#[test]
fn an_import_from_a_file_that_imports_back_closes_a_circle() {
    let found = circle_of_two("use crate::b::B;\npub struct A(B);", "use super::a::A;\npub struct B(A);");
    assert_eq!(found, [["b.rs:1 super::a::A", "a.rs:1 crate::b::B"]]);
}

#[test]
fn imports_in_one_direction_make_none() {
    assert!(circle_of_two("use crate::b::B;\npub struct A(B);", "pub struct B;").is_empty());
}

#[test]
fn a_circle_goes_through_any_number_of_files() {
    let found = circles(&[
        ("main.rs", "mod a;\nmod b;\nmod c;\nfn main() {}"),
        ("a.rs", "use crate::b;\npub struct A(b::B);"),
        ("b.rs", "pub struct B(super::c::C);"),
        ("c.rs", "use {crate::{a::{A as Other}}};\npub struct C(Other);"),
    ]);
    assert_eq!(found, [["b.rs:1 super::c::C", "c.rs:1 crate::a::A", "a.rs:2 b::B"]]);
}

#[test]
fn paths_in_code_count_wherever_they_stand() {
    for (place, line) in [
        ("fn f() -> crate::b::B { crate::b::B }", 1),
        ("\nfn f(b: &dyn std::any::Any) {\n    let _ = vec![(1, crate::b::B::default())];\n}", 3),
        ("impl Iterator for crate::b::B {}", 1),
        ("#[derive(Clone)]\nstruct S {\n    #[serde(with = \"crate::b::time\")]\n    at: u8,\n}", 3),
        ("macro_rules! b {\n    () => { $crate::b::B };\n}", 2),
        ("fn f() {\n    use super::b::{self as other};\n    other::make();\n}", 3),
        ("fn f() {\n    run! { use crate::b::{C, B}; }\n}", 2),
    ] {
        let found = circle_of_two(&format!("{place}\npub struct A;").replacen("\npub", " pub", 1), B);
        let [circle] = found.as_slice() else { panic!("{place}: {found:?}") };
        assert!(circle[0] == CLOSED && circle[1].starts_with(&format!("a.rs:{line} ")), "{place}: {circle:?}");
    }
}

#[test]
fn paths_in_serde_attributes_count_relative_ones_too() {
    let b = "pub mod time {}\npub struct B;\nfn f(_: crate::a::A) {}";
    for argument in [
        "with = \"time\"",
        "with = \"super::b::time\"",
        "default = \"b::make\"",
        "serialize_with = \"time::write\"",
        "rename = \"x\", deserialize_with = \"self::b::read\"",
    ] {
        let a = format!("use crate::b::{{self, time}};\npub struct A;\nstruct S {{\n#[serde({argument})]\nat: u8 }}");
        for a in [a.replace("#[serde", "#[cfg_attr(feature = \"serde\", serde").replace(")]", "))]"), a] {
            let found = circle_of_two(&a, b);
            let [circle] = found.as_slice() else { panic!("{a}: {found:?}") };
            assert!(circle[1].starts_with("a.rs:4 "), "{a}: {circle:?}");
        }
    }
    for container in ["from = \"b::B\"", "into = \"Vec<b::B>\""] {
        let a = format!("use crate::b;\npub struct A;\n#[derive(Serialize)]\n#[serde({container})]\nstruct S;");
        assert!(circle_of_two(&a, B)[0][1].starts_with("a.rs:4 b::B"), "{a}");
    }
    for text in ["#[serde(rename = \"time\")]", "#[schema(default = \"time\")]", "#[serde(with = \"elsewhere\")]"] {
        let a = format!("use crate::b::time;\npub struct A;\n{text}\nstruct S;");
        assert!(circle_of_two(&a, b).is_empty(), "{a}");
    }
}

#[test]
fn a_macro_that_is_called_counts_for_its_file_also_inside_another_call() {
    let made = "macro_rules! make {\n    () => {};\n}";
    let root = ("lib.rs", "#[macro_use]\nmod b;\nmod a;");
    for call in ["make!();", "vec![make!()]", "vec![(1, make! { x })]", "vec![f(vec![make!()])]"] {
        let a = format!("pub struct A;\nfn f() {{\n    {call};\n}}");
        let b = format!("{made}\nfn f(_: crate::a::A) {{}}");
        let found = circles(&[root, ("a.rs", &a), ("b.rs", &b)]);
        assert_eq!(found, [["a.rs:3 make", "b.rs:4 crate::a::A"]], "{call}");
        assert!(circles(&[root, ("a.rs", &a), ("b.rs", made)]).is_empty(), "{call}");
    }
    assert!(circle_of_two("pub struct A;\nfn f() { vec![make != (1)]; }", &format!("{made}\n{B}")).is_empty());
    let beside_a_module = "pub struct A;\nmod make {}\nfn f() { make!() }";
    assert_eq!(circle_of_two(beside_a_module, &format!("{made}\n{B}")).len(), 1, "a module may have a macro's name");
}

#[test]
fn a_macro_of_several_definitions_counts_for_each_file_that_has_one() {
    let unix = "#[cfg(unix)]\nmacro_rules! make {\n    () => {};\n}";
    let other = unix.replace("unix", "not(unix)");
    let a = "pub struct A;\nfn f() { make!() }";
    let of_a = "fn f(_: crate::a::A) {}";
    assert_eq!(
        circle_of_two(a, &format!("{unix}\n{other}\n{of_a}")),
        [["b.rs:9 crate::a::A", "a.rs:2 make"]],
        "twice in one file"
    );
    let apart =
        |b: &str, c: &str| circles(&[("lib.rs", "mod b;\nmod c;\nmod a;"), ("a.rs", a), ("b.rs", b), ("c.rs", c)]);
    assert_eq!(apart(&format!("{unix}\n{of_a}"), &other), [["a.rs:2 make", "b.rs:5 crate::a::A"]]);
    assert_eq!(apart(unix, &format!("{other}\n{of_a}")), [["a.rs:2 make", "c.rs:5 crate::a::A"]]);
    let own = format!("{unix}\n{a}");
    assert!(circle_of_two(&own, &format!("{other}\n{of_a}")).is_empty(), "a macro of the file's own comes first");
    let exported = a.replace("make!", "crate::make!");
    let found = circle_of_two(&exported, &format!("{unix}\n{other}\n{of_a}"));
    assert_eq!(found, [["b.rs:9 crate::a::A", "a.rs:2 crate::make"]]);
}

#[test]
fn a_glob_counts_for_its_module_and_for_what_is_used_through_it() {
    assert_eq!(circle_of_two("use crate::b::*;\npub struct A(B);", B), [[CLOSED, "a.rs:1 crate::b"]]);
}

#[test]
fn a_re_export_counts_for_the_file_that_defines_the_item() {
    let files = |a| {
        [
            ("lib.rs", "mod a;\nmod shop;"),
            ("a.rs", a),
            ("shop/mod.rs", "mod b;\nmod c;\npub(crate) use b::B;\npub use c::*;"),
            ("shop/b.rs", "use crate::a::A;\npub struct B(A);"),
            ("shop/c.rs", "pub struct C;"),
        ]
    };
    let through_the_parent = [["a.rs:1 crate::shop::B", "shop/b.rs:1 crate::a::A"]];
    assert_eq!(circles(&files("use crate::shop::B;\npub struct A(B);")), through_the_parent);
    assert!(circles(&files("use crate::shop::C;\npub struct A(C);")).is_empty(), "C knows nothing of A");
    let chain = circles(&[
        ("lib.rs", "mod a;\nmod b;\nmod front;\nmod hall;"),
        ("a.rs", "use crate::front::Renamed;\npub struct A(Renamed);"),
        ("front.rs", "pub(crate) use crate::hall::*;"),
        ("hall.rs", "pub(crate) use crate::b::B as Renamed;"),
        ("b.rs", "use crate::a::A;\npub struct B(A);"),
    ]);
    assert_eq!(chain, [["b.rs:1 crate::a::A", "a.rs:1 crate::front::Renamed"]]);
}

#[test]
fn an_item_that_is_not_found_counts_for_its_module() {
    assert_eq!(
        circle_of_two("use crate::b::Made;\npub struct A(Made);", "make!(Made);\nfn f(_: crate::a::A) {}"),
        [[CLOSED, "a.rs:1 crate::b::Made"]]
    );
    assert_eq!(
        circle_of_two("use crate::b::Uuid;\npub struct A(Uuid);", "pub use uuid::Uuid;\nfn f(_: crate::a::A) {}"),
        [[CLOSED, "a.rs:1 crate::b::Uuid"]]
    );
}

#[test]
fn a_parent_may_know_its_children_and_they_take_nothing_of_its_file() {
    let files = |child| [("lib.rs", "mod p;"), ("p/mod.rs", "mod child;\npub use child::Child;\npub struct P;"), child];
    let sibling = ("p/child.rs", "pub struct Child;");
    assert!(circles(&files(sibling)).is_empty());
    for (text, line) in [
        ("use super::P;\npub struct Child(P);", "p/child.rs:1 super::P"),
        ("use crate::p::P;\npub struct Child(P);", "p/child.rs:1 crate::p::P"),
        ("use super::*;\npub struct Child(P);", "p/child.rs:1 super"),
    ] {
        assert_eq!(circles(&files(("p/child.rs", text))), [["p/mod.rs:2 child::Child", line]], "{text}");
    }
    let declares_alone =
        [("lib.rs", "mod p;"), ("p.rs", "mod child;\npub struct P;"), ("p/child.rs", "impl super::P {}")];
    assert!(circles(&declares_alone).is_empty(), "a declaration is no import");
}

#[test]
fn a_child_that_takes_its_parents_macro_takes_something_of_it() {
    let files = [
        ("lib.rs", "mod p;"),
        ("p.rs", "macro_rules! make {\n    () => {};\n}\nmod child;\npub use child::Child;"),
        ("p/child.rs", "pub struct Child;\nmake!();"),
    ];
    assert_eq!(circles(&files), [["p.rs:5 child::Child", "p/child.rs:2 make"]]);
}

#[test]
fn tests_do_not_count() {
    for a in [
        "pub struct A;\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}",
        "pub struct A;\n#[cfg(all(test, feature = \"x\"))]\nuse crate::b::B;",
        "pub struct A;\n#[cfg(test)]\nmod tests;",
        "pub struct A;\nimpl A {\n    #[cfg(test)]\n    fn b() -> crate::b::B {}\n}",
        "pub struct A;\n#[test]\nfn t() { crate::b::B; }",
    ] {
        assert!(circle_of_two(a, B).is_empty(), "{a}");
    }
    let built = "pub struct A;\n#[cfg(any(test, feature = \"x\"))]\nuse crate::b::B;\n#[cfg(not(test))]\nmod c {}";
    assert_eq!(circle_of_two(built, B).len(), 1, "this is in ordinary builds too");
}

#[test]
fn inline_modules_belong_to_their_file() {
    let a = "mod inner {\n    use super::super::b::B;\n    pub struct I(B);\n}\npub use inner::I;\npub struct A;";
    assert_eq!(circle_of_two(a, B), [[CLOSED, "a.rs:2 super::super::b::B"]]);
    assert_eq!(circle_of_two("pub struct A;", "pub mod c {\n    use crate::a::A;\n}\nuse c::A;").len(), 0);
}

#[test]
fn each_set_of_connected_files_is_told_with_its_size() {
    let files = [
        ("lib.rs", "mod a;\nmod b;\nmod c;"),
        ("a.rs", "use crate::b::B;\npub struct A(B);"),
        ("b.rs", "use crate::a::A;\nuse crate::c::C;\npub struct B(A, C);"),
        ("c.rs", "use crate::b::B;\npub struct C(B);"),
    ];
    let found = circles_of(&Sources::of(files)).unwrap();
    assert_eq!(
        found.iter().map(|circle| (circle.imports.len(), circle.connected)).collect::<Vec<_>>(),
        [(2, 3), (2, 3)]
    );
    let shown = found[0].to_string();
    assert!(shown.contains("a.rs:1 uses crate::b::B of b.rs") && shown.contains("which closes it"), "{shown}");
}

#[test]
fn a_crate_is_read_from_its_folder_and_what_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(circles_in(folder.path()).is_err(), "no src");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join("src").join(name), text).unwrap();
    std::fs::create_dir_all(folder.path().join("src/bin")).unwrap();
    assert!(circles_in(folder.path()).is_err(), "no root");
    write("lib.rs", "pub mod a;");
    assert!(circles_in(folder.path()).unwrap_err().to_string().contains("no file for mod a"));
    write("a.rs", "pub struct A;");
    assert!(circles_in(folder.path()).unwrap().is_empty());
    write("bin/tool.rs", "#[path = \"../a.rs\"]\nmod a;\nmod b;\nmod c;\nfn main() {}");
    write("bin/b.rs", "use crate::c::C;\npub struct B(C);");
    write("bin/c.rs", "use crate::b::B;\npub struct C(B);");
    assert_eq!(circles_in(folder.path()).unwrap().len(), 1);
    write("a.rs", "pub struct A {");
    assert!(circles_in(folder.path()).unwrap_err().to_string().contains("a.rs: line 1"));
}
