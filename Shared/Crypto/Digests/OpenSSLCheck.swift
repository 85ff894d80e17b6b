/// Stops the process where OpenSSL refuses what can't be refused but for want of memory or a broken installation:
/// a digest that was not computed must not be used.
func check(_ result: Int32, function: StaticString = #function) {
    precondition(result == 1, "OpenSSL failed in \(function)")
}
