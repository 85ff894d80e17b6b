import Contracts
import Crypto

/// The channels as they are written in JSON.
private struct ChannelsFile: Codable {
    struct Reach: Codable {
        let unit: UnitCode?
        let department: DepartmentCode?
        let each: Kind?
    }

    enum Kind: String, Choice {
        case city, town, community, grid, building, stairwell, department

        var reach: AddressBook.Reach {
            switch self {
            case .city: .each(.city)
            case .town: .each(.town)
            case .community: .each(.community)
            case .grid: .each(.grid)
            case .building: .each(.building)
            case .stairwell: .each(.stairwell)
            case .department: .eachDepartment
            }
        }
    }

    struct Webhook: Codable {
        let `for`: Reach
        let url: String
        let secret: String
    }

    struct Robot: Codable {
        let `for`: Reach
        let url: String
    }

    let webhooks: [Webhook]?
    let robots: [Robot]?
    let sms: JSONValue?
    let privateAddresses: Bool?
}

extension AddressBook {
    /// - Throws: `FaultyNotices`, which names all faults; URLs and secrets stand in none of them.
    init(json: [UInt8]) throws(FaultyNotices) {
        let file = try FaultyNotices.decode(ChannelsFile.self, from: json, what: "channels")
        var faults: [String] = []
        webhooks = (file.webhooks ?? []).enumerated().compactMap { index, webhook in
            let name = "webhooks/\(index)"
            let signer: WebhookSigner?
            do { signer = try WebhookSigner(secret: webhook.secret) } catch {
                signer = nil
                faults.append("\(name): \(error)")
            }
            return Entry(name, webhook.for, webhook.url, signer, &faults)
        }
        robots = (file.robots ?? []).enumerated().compactMap { index, robot in
            Entry("robots/\(index)", robot.for, robot.url, NoSecret(), &faults)
        }
        var gateway: SMSGateway?
        if let sms = file.sms {
            // What was decoded can be encoded again.
            do throws(FaultyNotices) { gateway = try SMSGateway(json: (try? EventJSON.encode(sms)) ?? []) } catch {
                faults += error.faults
            }
        }
        self.gateway = gateway
        allowsPrivateAddresses = file.privateAddresses ?? false
        guard faults.isEmpty else { throw FaultyNotices(faults: faults.map { "channels: \($0)" }) }
    }
}

extension AddressBook.Entry {
    fileprivate init?(
        _ name: String, _ reach: ChannelsFile.Reach, _ url: String, _ secret: Secret?, _ faults: inout [String]
    ) {
        if !url.hasPrefix("https://"), !url.hasPrefix("http://") {
            faults.append("\(name): url is none: begin with https://")
        }
        guard let reach = AddressBook.Reach(reach) else {
            faults.append("\(name): for must name exactly one of unit, department and each")
            return nil
        }
        guard let secret else { return nil }
        self.init(reach: reach, url: url, secret: secret)
    }
}

extension AddressBook.Reach {
    /// Nil unless exactly one member is there.
    fileprivate init?(_ reach: ChannelsFile.Reach) {
        switch (reach.unit, reach.department, reach.each) {
        case (let unit?, nil, nil): self = .unit(unit)
        case (nil, let department?, nil): self = .department(department)
        case (nil, nil, let kind?): self = kind.reach
        default: return nil
        }
    }
}
