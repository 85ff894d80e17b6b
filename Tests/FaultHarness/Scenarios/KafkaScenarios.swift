import Contracts
import Foundation
import Kafka

extension Scenario {
    static let kafka: [Scenario] = [
        Scenario(
            name: "brokers-away",
            about:
                "every broker is killed and is away for a minute, in which what comes over HTTP is taken all the same",
            needsOwnServers: true, patience: .seconds(180)
        ) { stage in
            for _ in 0..<max(1, stage.rounds / 16) {
                await stage.pause(milliseconds: 500...1_500)
                try stage.control.stopKafka()
                try await stage.takesOverHTTP(for: .seconds(60 + stage.random.below(6)))
                try await stage.control.startKafka()
                await stage.pause(milliseconds: 2_000...3_000)
            }
        },
        Scenario(
            name: "broker-killed", about: "one broker of three is killed, its leaders move, and it comes back",
            needsOwnServers: true
        ) { stage in
            for _ in 0..<max(1, stage.rounds / 8) {
                let node = 1 + stage.random.below(3)
                await stage.pause(milliseconds: 500...1_500)
                try stage.control.killKafka(node: node)
                await stage.pause(milliseconds: 3_000...5_000)
                try stage.control.startKafka(node: node)
                await stage.pause(milliseconds: 2_000...3_000)
            }
        },
        Scenario(
            name: "leaders-moved",
            about: "each broker of three in turn stops in order, which gives its leaders to the others",
            needsOwnServers: true
        ) { stage in
            for node in 1...3 {
                try await stage.control.stopKafka(node: node)
                await stage.pause(milliseconds: 1_000...2_000)
                try stage.control.startKafka(node: node)
                await stage.pause(milliseconds: 4_000...6_000)
            }
        },
        Scenario(
            name: "too-few-in-sync",
            about: "two brokers of three are away: nothing may be acknowledged that could be lost",
            needsOwnServers: true
        ) { stage in
            await stage.pause(milliseconds: 500...1_500)
            try stage.control.killKafka(node: 2)
            try stage.control.killKafka(node: 3)
            await stage.pause(milliseconds: 4_000...6_000)
            try await stage.control.startKafka(nodes: [2, 3])
            await stage.pause(milliseconds: 3_000...4_000)
        },
        Scenario(
            name: "copies",
            about: "records come again: reversed, from the start, and to partitions that a foreign producer chose"
        ) { stage in
            await stage.pause(milliseconds: 2_500...3_000)
            for topic in [Topic.patrol, .hotline, .deeds, .actions, .findings, .cases, .entries] {
                try await stage.sendAgain(topic)
            }
        } also: { stage, audit in
            let before = try await Outcome(stage.city)
            for topic in [Topic.patrol, .deeds, .findings, .cases, .entries] { try await stage.sendAgain(topic) }
            try await audit.check(expectsCopies: true)
            let after = try await Outcome(stage.city)
            if before != after { throw Broken("copies alone changed the outcome: \(before) became \(after)") }
        },
        Scenario(name: "topic-grown", about: "topics get more partitions under load", patience: .seconds(120)) {
            stage in
            await stage.pause(milliseconds: 1_500...2_000)
            for topic in [Topic.patrol, .cases] {
                try stage.city.programs.muster(["topics", "grow", topic.name, "18"], stage.city.tools)
            }
            await stage.pause(milliseconds: 3_000...4_000)
            // Consumers look for new partitions every few minutes; a restart finds them at once.
            for replica in stage.city.replicas where replica.number == 1 {
                _ = await replica.stop()
                try replica.start()
            }
        },
        Scenario(
            name: "topic-made-anew",
            about: "a topic is deleted and made again under its name: nothing of it is taken for the old one"
        ) { stage in
            await stage.pause(milliseconds: 2_000...2_500)
        } also: { stage, _ in
            let city = stage.city
            try await city.admin.deleteTopics([city.name + "." + Topic.patrol.name])
            _ = try await city.admin.topics()
            let isMade = await waits(.seconds(20)) {
                (try? city.programs.muster(["topics", "create"], city.tools)) != nil
            }
            guard isMade else { throw Broken("the topic could not be made again") }
            for replica in city["intake"] {
                _ = await replica.stop()
                try replica.start()
            }
            let isSaid = await waits(.seconds(30)) {
                city["intake"].contains { $0.logMentions("a topic is not the one that its position belongs to") }
            }
            guard isSaid else { throw Broken("intake does not say that gateway.patrol was made anew") }
        },
    ]
}

extension Stage {
    /// Sends over HTTP alone, as traffic itself does not: its bursts wait for their records to be acknowledged.
    fileprivate func takesOverHTTP(for time: Duration) async throws {
        let end = ContinuousClock.now + time
        var answered = 0
        while ContinuousClock.now < end {
            await traffic.send(12, only: .http)
            answered += 12
            await pause(milliseconds: 300...500)
        }
        // Some twelve hundred where nothing else runs.
        guard answered >= 300 else {
            throw Broken("\(answered) items were answered in \(time) while the brokers were away")
        }
    }

    /// Copies what a topic holds onto it: in reversed order, some of it to a partition of a foreign partitioner's choice.
    fileprivate func sendAgain(_ topic: Topic) async throws {
        let foreign = try Producer(["bootstrap.servers": city.servers.kafka, "partitioner": "consistent_random"])
        let audit = Audit(city: city, ledger: await traffic.ledger)
        let records = try await audit.records(of: topic).filter { $0.value != Traffic.poison }
        try await foreign.send(
            records.reversed().prefix(400).map { record in
                OutgoingRecord(
                    topic: city.name + "." + topic.name, key: record.key, value: record.value, headers: record.headers)
            })
        await foreign.close()
    }
}
