/// The names in an object so far, as they are written: an escape makes another name of it.
///
/// Most objects have a dozen members, for which comparing is cheaper than hashing.
struct MemberNames {
    private var few: [ArraySlice<UInt8>] = []
    private var many: Set<ArraySlice<UInt8>> = []

    /// - Returns: false if it is there already.
    mutating func insert(_ name: ArraySlice<UInt8>) -> Bool {
        if !many.isEmpty { return many.insert(name).inserted }
        guard !few.contains(name) else { return false }
        few.append(name)
        if few.count > 16 { many = Set(few) }
        return true
    }
}
