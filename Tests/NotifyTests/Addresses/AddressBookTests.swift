import Contracts
import ServiceKit
import Testing

@testable import muster_notify

@Suite struct AddressBookTests {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let json = """
        {"webhooks": [
            {"for": {"each": "department"}, "url": "https://all.example/{code}", "secret": "\(secret)"},
            {"for": {"department": "D017"}, "url": "https://water.example", "secret": "\(secret)"},
            {"for": {"unit": "371082007"}, "url": "https://town.example", "secret": "\(secret)"}],
         "robots": [
            {"for": {"each": "community"}, "url": "https://robots.example/{code}"},
            {"for": {"unit": "371082007025"}, "url": "https://own.example"}]}
        """

    func book(_ json: String = json) throws(FaultyNotices) -> AddressBook { try AddressBook(json: Array(json.utf8)) }

    func ways(_ recipient: Recipient, hasPhone: Bool = false) throws -> [String] {
        let book = try book()
        return book.lanes(to: recipient, hasPhone: hasPhone).values.sorted().map { lane in
            switch book.address(of: lane, phone: nil, wecom: nil) {
            case .webhook(let endpoint): endpoint.url
            case .wecom(let robot): robot.url
            case .sms, .inbox, nil: lane.text
            }
        }
    }

    @Test func `the address nearest to a person's post is theirs, and one that names it goes first`() throws {
        let chief = Recipient(person: person("a"), role: .gridChief, unit: SmallCity.grid)
        #expect(try ways(chief) == ["https://robots.example/371082007013", "https://town.example"].sorted { $0 > $1 })
        let other = Recipient(person: person("a"), role: .community, unit: SmallCity.otherCommunity)
        #expect(try ways(other).contains("https://own.example"))
        #expect(try ways(Recipient(person: person("a"), role: .town, unit: SmallCity.town)) == ["https://town.example"])
        #expect(try ways(Recipient(person: person("a"), role: .city, unit: SmallCity.city)) == [])
        #expect(
            try ways(Recipient(person: person("a"), role: .department, department: SmallCity.water))
                == ["https://water.example"])
        #expect(
            try ways(Recipient(person: person("a"), role: .department, department: SmallCity.fire))
                == ["https://all.example/D023"])
    }

    @Test func `nobody is phoned without a gateway, or without a number`() throws {
        let chief = Recipient(person: person("a"), role: .gridChief, unit: unit("371082009001001"))
        #expect(try ways(chief, hasPhone: true) == ["https://robots.example/371082009001"])
        let gateway = #"{"sms": {"url": "https://x", "body": "{{phone}}{{text}}"}}"#
        #expect(try book(gateway).lanes(to: chief, hasPhone: true) == [.sms: LaneName(.sms)])
        #expect(try book(gateway).lanes(to: chief, hasPhone: false) == [:])
    }

    @Test func `a lane's name can be read again, and one that the book has no longer leads nowhere`() throws {
        for name in [LaneName(.wecom, "371082007013"), LaneName(.webhook, "D017"), LaneName(.sms)] {
            #expect(LaneName(name.text) == name)
        }
        #expect(LaneName("pigeon/7") == nil)
        #expect(try book("{}").address(of: LaneName(.wecom, "371082007013"), phone: nil, wecom: nil) == nil)
    }

    @Test(arguments: [
        (
            #""url": "https://water.example""#, #""url": "water.example""#,
            "channels: webhooks/1: url is none: begin with https://"
        ),
        (
            #"{"department": "D017"}"#, #"{"department": "D017", "unit": "371082"}"#,
            "channels: webhooks/1: for must name exactly one of unit, department and each"
        ),
        (#"{"each": "community"}"#, "{}", "channels: robots/0: for must name exactly one of unit, department and each"),
        (
            #""each": "community""#, #""each": "village""#,
            "channels: /robots/0/for/each is an unknown word: write one of city, town, community, grid, building, stairwell, department"
        ),
        ("\"secret\": \"whsec_", "\"secret\": \"", "channels: webhooks/0: a webhook secret begins with whsec_"),
    ])
    func `a fault names the entry, and no URL or secret`(old: String, new: String, fault: String) {
        let changed = Self.json.replacing(old, with: new, maxReplacements: 1)
        let error = #expect(throws: FaultyNotices.self) { try book(changed) }
        #expect(error?.faults == [fault])
        #expect(error?.description.contains("MfKQ") == false)
    }
}

@Suite struct NotifySettingsTests {
    @Test func `without anything set there are inboxes, and the rules that come with the service`() throws {
        let settings = try NotifySettings([:])
        #expect(settings.book.webhooks.isEmpty && settings.book.robots.isEmpty && settings.cipher == nil)
        #expect(settings.policy.rules.rules.count > 20)
    }

    @Test func `all that is wrong is told at once, and no key is shown`() {
        let error = #expect(throws: ConfigurationError.self) {
            try NotifySettings([
                "MUSTER_CITY_UTC_OFFSET": "8", "MUSTER_NOTIFY_CHANNELS": "/nowhere", "MUSTER_COLUMN_KEYS": "1:c2VjcmV0",
                "MUSTER_NOTIFY_KEEP_DAYS": "7",
            ])
        }
        #expect(
            error?.entries.map(\.name).sorted() == [
                "MUSTER_CITY_UTC_OFFSET", "MUSTER_COLUMN_KEYS", "MUSTER_NOTIFY_CHANNELS", "MUSTER_NOTIFY_KEEP_DAYS",
            ])
        #expect(error?.description.contains("c2VjcmV0") == false)
    }

    @Test(
        arguments: [
            ("+08:00", Duration.hours(8)), ("-03:30", .minutes(-210)), ("+00:00", .zero), ("+8:00", nil),
            ("08:00", nil),
            ("+08:60", nil), ("+15:00", nil), ("+0 :00", nil),
        ] as [(String, Duration?)])
    func `an offset has a sign, hours and minutes`(text: String, offset: Duration?) {
        #expect(Duration(utcOffset: text) == offset)
    }

    @Test func `of several keys the first seals, and all open`() throws {
        let keys = [1, 2].map { "\($0):" + String(repeating: "QUFB", count: 10) + "QUE=" }
        let old = try NotifySettings(["MUSTER_COLUMN_KEYS": keys[0]])
        let new = try NotifySettings(["MUSTER_COLUMN_KEYS": keys.reversed().joined(separator: ",")])
        #expect(new.cipher?.keys.current == 2)
        let sealed = try #require(old.cipher?.seal([1, 2, 3], authenticating: []))
        #expect(try new.cipher?.open(sealed, authenticating: []) == [1, 2, 3])
    }
}
