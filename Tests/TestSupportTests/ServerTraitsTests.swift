import Testing

@testable import TestSupport

@Suite struct ServerTraitsTests {
    @Test func `a server that is missing skips the test`() async throws {
        #expect(try await ConditionTrait.needs("a Kafka", false, required: false).evaluate() == false)
    }

    @Test func `a server that is missing though the run must have it fails the test`() async throws {
        let error = await #expect(throws: MissingServer.self) {
            try await ConditionTrait.needs("a Kafka", false, required: true).evaluate()
        }
        #expect(error?.description == "this run must have a Kafka, and has none")
    }

    @Test(arguments: [false, true]) func `a server that is there lets the test run`(required: Bool) async throws {
        #expect(try await ConditionTrait.needs("a Kafka", true, required: required).evaluate())
    }

    @Test(.needsKafka) func `each test has topics of its own`() throws {
        let one = try TestKafka(), other = try TestKafka()
        #expect(one.name("cases") != other.name("cases"))
        #expect(one.name("cases").hasSuffix(".cases"))
    }
}
