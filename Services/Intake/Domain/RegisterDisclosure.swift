import Contracts

/// What of a register's facts somebody gets to see.
enum RegisterDisclosure: String {
    case whole, masked

    /// Who needs the whole of it to do the work: those who knock at the door, and the community that answers for them.
    /// Whoever else reaches the place sees phone numbers, identity numbers and exact addresses masked.
    static let wholeFor: Set<Role> = [.gridChief, .community]

    /// - Parameter roles: those of the reader's postings that reach the place.
    init(to roles: some Sequence<Role>) { self = roles.contains(where: Self.wholeFor.contains) ? .whole : .masked }

    /// The value of an attribute as it is to be shown.
    func shown(_ value: String, of attribute: String) -> String {
        guard self == .masked else { return value }
        return switch PersonalAttribute(attribute) {
        case .phone: Masking.phone(value)
        case .identityNumber: Masking.identityNumber(value)
        case .address: Masking.address(value)
        // People write numbers where they do not belong.
        case nil: Masking.numbers(in: value)
        }
    }
}

/// The kinds of attributes that are masked, by the words of their names.
enum PersonalAttribute: Equatable {
    case phone, identityNumber, address

    /// `contact-phone` is one, `needs-visit` is none.
    init?(_ attribute: String) {
        let words = attribute.lowercased().split { "-_.:".contains($0) }.map(String.init)
        func has(_ known: Set<String>) -> Bool { words.contains(where: known.contains) }
        if has(["phone", "mobile", "tel", "telephone", "contact"]) {
            self = .phone
        } else if has(["identity", "idcard", "id", "passport"]) {
            self = .identityNumber
        } else if has(["address", "door", "room", "residence"]) {
            self = .address
        } else {
            return nil
        }
    }
}
