import Contracts
import Foundation
import Testing

/// infra/kafka/access.csv against the topics that there are.
@Suite struct KafkaAccessTests {
    private struct Row: Hashable {
        let principal: String
        let operation: String
        let topic: String
    }

    private static let rows: [Row] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../infra/kafka/access.csv")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: ",").map(String.init)
            return Row(principal: fields[0], operation: fields[1], topic: fields[2])
        }
    }()

    @Test func `every row names a service and a topic, once`() {
        #expect(Set(Self.rows).count == Self.rows.count)
        let services = ServiceName.allCases.map { "muster-\($0.rawValue)" }
        let topics = Set(Topic.all.map(\.name))
        for row in Self.rows {
            #expect(services.contains(row.principal) && topics.contains(row.topic), "\(row)")
            #expect(["Read", "Write"].contains(row.operation), "\(row)")
        }
    }

    /// So that a gateway's stolen password writes no event of a service, and a service's none of another.
    @Test func `a service writes its own topics, all of them, and no other`() {
        for topic in Topic.all {
            let owner = topic.name.split(separator: ".").first.map(String.init) ?? ""
            let writers = Self.rows.filter { $0.topic == topic.name && $0.operation == "Write" }.map(\.principal)
            let isOurs = ServiceName(rawValue: owner) != nil
            #expect(writers == (isOurs ? ["muster-\(owner)"] : []), "\(topic)")
        }
    }

    @Test func `each gateway topic has one reader, and the dead topics none`() {
        for topic in [Topic.patrol, .hotline, .deeds, .actions] {
            #expect(Self.rows.count { $0.topic == topic.name && $0.operation == "Read" } == 1, "\(topic)")
        }
        for service in ServiceName.allCases {
            #expect(!Self.rows.contains { $0.topic == Topic.dead(of: service).name && $0.operation == "Read" })
        }
    }
}
