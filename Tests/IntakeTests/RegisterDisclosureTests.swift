import Contracts
import Testing

@testable import muster_intake

@Suite struct RegisterDisclosureTests {
    @Test(arguments: Role.allCases)
    func `only those who knock at the door and their community see the whole`(role: Role) {
        let whole: [Role] = [.gridChief, .community]
        #expect(RegisterDisclosure(to: [role]) == (whole.contains(role) ? .whole : .masked))
        #expect(RegisterDisclosure(to: [role, .gridChief]) == .whole)
    }

    @Test func `nobody without a role sees the whole`() {
        #expect(RegisterDisclosure(to: [Role]()) == .masked)
    }

    @Test(arguments: [
        ("phone", "13812345678", "138****5678"), ("emergency-contact", "13812345678", "138****5678"),
        ("identity-number", "371082199001011234", "371***********1234"),
        ("id", "371082199001011234", "371***********1234"),
        ("Address", "文化路12号3单元402", "文化路****"), ("needs-visit", "weekly", "weekly"),
        ("note", "son's number is 138 1234 5678", "son's number is 138****5678"), ("residents", "3", "3"),
    ])
    func `a masked value says what it must and no more`(attribute: String, value: String, shown: String) {
        #expect(RegisterDisclosure.masked.shown(value, of: attribute) == shown)
        #expect(RegisterDisclosure.whole.shown(value, of: attribute) == value)
    }
}
