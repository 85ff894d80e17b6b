import Testing

@Suite struct CodeMaskTests {
    @Test(arguments: [
        ("let a = 1 // print(", "let a = 1          "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (##"let a = "print(" + b"##, ##"let a = "      " + b"##),
        (##"let a = "\"print(" + b"##, ##"let a = "        " + b"##),
        (##"let a = "x\(f("y") + g)z"; b"##, ##"let a = " \(          ) "; b"##),
        (###"let a = #"x"\(y)\#(z)"#; b"###, ###"let a = #"      \#( )"#; b"###),
        ("let a = \"\"\"\n    print(\"x\")\n    \"\"\"\nb", "let a = \"\"\"\n              \n    \"\"\"\nb"),
        ("let a = \"// no\" // yes", "let a = \"     \"       "),
        ("let open = \"unclosed\nprint(1)", "let open = \"        \nprint(1)"),
        ("#if os(Linux)\n#endif", "#if os(Linux)\n#endif"),
    ])
    func `comments and texts are blanked, code stays where it is`(text: String, code: String) {
        #expect(CodeMask.apply(to: text) == code)
    }
}
