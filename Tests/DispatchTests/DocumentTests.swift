import Testing

@testable import muster_dispatch

@Suite struct DocumentTests {
    @Test func `the tables of states are those of the code`() throws {
        try GeneratedDocument(name: "dispatch-states.md").expect(StatesDocument().markdown())
    }

    @Test func `the list of categories and rules is that of the shipped rules`() throws {
        let document = CategoriesDocument(rules: try shippedPolicy.get().triage)
        try GeneratedDocument(name: "categories.md").expect(document.markdown())
    }

    @Test func `the verbs of chat are those of the grammar`() throws {
        let pauses = try shippedPolicy.get().pauses.reasons
        try GeneratedDocument(name: "chat.md").expect(ChatDocument(pauses: pauses).markdown())
    }
}
