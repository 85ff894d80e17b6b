/// A C string's text; the empty text where C has none.
func string(_ text: UnsafePointer<CChar>?) -> String {
    unsafe text.map { unsafe String(cString: $0) } ?? ""
}

/// Lends C a buffer for the message of an error, and gives what the call returned and the text in it.
@safe
func withErrorText<Result>(_ call: (_ buffer: UnsafeMutablePointer<CChar>, _ size: Int) -> Result) -> (Result, String) {
    var buffer = [CChar](repeating: 0, count: 512)
    let result = unsafe call(&buffer, buffer.count)
    return (result, unsafe string(&buffer))
}
