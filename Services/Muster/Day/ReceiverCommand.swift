import Arguments
import Contracts
import FoundationEssentials
import ServiceKit

/// `muster receiver`: writes what makes notify send to the receiver that `muster day` opens.
enum ReceiverCommand {
    static let port = Option(
        "port", value: "PORT", about: "where the receiver will listen on 127.0.0.1", parser: .integer(1...65_535),
        default: 8_090)
    static let secret = Option(
        "secret", value: "SECRET", about: "what webhooks are signed with", parser: .text(example: "whsec_…"),
        default: "whsec_bXVzdGVyLWRheS1yZWNlaXZlci1ub3Qtc2VjcmV0")
    static let rules = Option(
        "rules", value: "FILE", about: "notify's rules", parser: .text(example: "rules.json"),
        default: "Services/Notify/Domain/Data/rules.json")
    static let output = Option(
        "output", value: "FOLDER", about: "where the files go", parser: .text(example: ".dev"), default: ".dev")

    static let command = Command(
        "receiver", about: "configure notify for the receiver of a simulated day",
        discussion: """
            Writes notify-channels.json (MUSTER_NOTIFY_CHANNELS) and notify-rules.json (MUSTER_NOTIFY_RULES): each
            department has a webhook, each community a robot, and there is an SMS gateway, all of them the receiver.
            """,
        options: [port, secret, rules, output]
    ) { values in
        guard let data = FileManager.default.contents(atPath: values[rules]) else {
            throw CommandError("\(values[rules]) cannot be read", remedy: "check --rules")
        }
        try FileManager.default.createDirectory(atPath: values[output], withIntermediateDirectories: true)
        let files = [
            "notify-channels.json": channels(port: values[port], secret: values[secret]),
            "notify-rules.json": try settled(EventJSON.decode(JSONValue.self, from: [UInt8](data))),
        ]
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            try Data(EventJSON.encode(content)).write(to: URL(filePath: "\(values[output])/\(name)"))
        }
    }

    private static func channels(port: Int, secret: String) -> JSONValue {
        let place = "http://127.0.0.1:\(port)"
        return .object([
            "privateAddresses": .bool(true),
            "webhooks": .array([
                .object([
                    "for": .object(["each": .string("department")]), "url": .string("\(place)/webhook/{code}"),
                    "secret": .string(secret),
                ])
            ]),
            "robots": .array([
                .object(["for": .object(["each": .string("community")]), "url": .string("\(place)/robot/{code}")])
            ]),
            "sms": .object([
                "url": .string("\(place)/sms"),
                "body": .object([
                    "to": .string("{{phone}}"), "content": .string("{{text}}"), "reference": .string("{{id}}"),
                ]),
                "answer": .object(["at": .array([.string("Code")]), "delivered": .array([.string("OK")])]),
            ]),
        ])
    }

    /// The rules with nothing in them that depends on when a message is sent again after its sender died: no notice is made
    /// pointless by what came meanwhile, and none ends as unknown. So the same day ends the same, whatever is killed.
    private static func settled(_ rules: JSONValue) throws -> JSONValue {
        guard case .object(var file) = rules, case .array(let list)? = file["rules"] else {
            throw CommandError("the rules are none", remedy: "check --rules")
        }
        file["rules"] = .array(
            list.map { rule in
                guard case .object(var members) = rule else { return rule }
                members["mootedBy"] = nil
                members["afterUnknown"] = .string("send-again")
                return .object(members)
            })
        return .object(file)
    }
}
