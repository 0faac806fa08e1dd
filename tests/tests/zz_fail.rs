#[test]
fn fail() {
    let t = trybuild::TestCases::new();
    t.compile_fail("compile-fail/implements/*.rs");
    t.compile_fail("compile-fail/process/*.rs");
}
