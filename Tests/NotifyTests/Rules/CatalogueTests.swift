import Contracts
import FoundationEssentials
import Testing

@testable import muster_notify

@Suite struct CatalogueTests {
    let standard = String(decoding: PackageResources.messages_json, as: UTF8.self)

    /// The catalogue that comes with the service, changed in one place.
    func faults(_ old: String, _ new: String) -> [String] {
        let changed = standard.replacing(old, with: new, maxReplacements: 1)
        #expect(changed != standard, "nothing was changed")
        do throws(FaultyNotices) {
            let time = CityTime()
            _ = try NoticePolicy(
                rules: NoticeRules(json: PackageResources.rules_json, time: time),
                catalogue: Catalogue(json: Array(changed.utf8)), time: time)
            return []
        } catch {
            return error.faults
        }
    }

    @Test(arguments: [
        (
            "{category}", "{categry}",
            "template case-opened, zh: title has the placeholder {categry}, which is no field"
        ),
        (
            "新事项待受理：{category}", "{rung}",
            "rule opened: template case-opened, zh, has the placeholder {rung}, which muster.case.opened.v1 does not have"
        ),
        ("新事项待受理：{category}", "新{category", "template case-opened, zh: title has a { without its }"),
        ("新事项待受理：{category}", "新category}", "template case-opened, zh: title has a } without its {"),
        ("新事项待受理：{category}", "", "template case-opened, zh: title is empty"),
        (#"新事项待受理："#, #"新事项\n待受理："#, "template case-opened, zh: title has several lines"),
        (#""case-opened": {"#, #""case-opend": {"#, "rule opened: template case-opened is not in the catalogue"),
        (#""case-opened": {"#, #""case-opend": {"#, "template case-opend: no rule uses it"),
        (#""urgent": {"#, #""hot": {"#, "words severity: urgent has no word"),
        (#""urgent": {"#, #""hot": {"#, "words severity: hot is none of its values"),
        (#""zh": "紧急""#, #""zh": """#, "words severity: urgent is empty in a language"),
        (#""severity": {"#, #""severety": {"#, "words severety: is no field with words of its own"),
        (#""zh": "紧急", "#, "", "messages: /words/severity/urgent/zh is missing"),
    ])
    func `a fault names the template and what would be right`(old: String, new: String, fault: String) {
        let faults = faults(old, new)
        #expect(faults.contains { $0.hasPrefix(fault) }, "\(faults)")
    }

    /// Dispatch and credit name these; where a word is missing people would read a code.
    @Test func `every category of dispatch and every item of credit has a word in both languages`() throws {
        let root = String(#filePath.dropLast("/Tests/NotifyTests/Rules/CatalogueTests.swift".count))
        func file<Content: Decodable>(_ path: String, as _: Content.Type) throws -> Content {
            let bytes = FileManager.default.contents(atPath: "\(root)/Services/\(path)") ?? Data()
            return try JSONDecoder().decode(Content.self, from: bytes)
        }
        struct Category: Decodable {
            let code: String
            let below: [Category]?

            var codes: [String] { [code] + (below ?? []).flatMap(\.codes).map { "\(code).\($0)" } }
        }
        struct Triage: Decodable { let categories: [Category] }
        struct Item: Decodable { let code: String }
        struct Version: Decodable { let items: [Item] }
        struct Credit: Decodable { let versions: [Version] }

        let triage = try file("Dispatch/Domain/Data/rules.json", as: Triage.self)
        let credit = try file("Credit/Domain/Data/items.json", as: Credit.self)
        struct Messages: Decodable { let words: [String: [String: [String: String]]] }
        let words = try file("Notify/Domain/Data/messages.json", as: Messages.self).words
        let codes =
            triage.categories.flatMap(\.codes).map { ("category", $0) }
            + credit.versions.flatMap(\.items).map { ("item", $0.code) }
        #expect(codes.count > 200)
        for (field, code) in codes where words[field]?[code] == nil {
            Issue.record("words \(field): \(code) has no word")
        }
    }

    @Test func `braces are written twice`() throws {
        let template = try Template("{{{case}}} {{x}}")
        #expect(template.fill { _ in "7" } == "{7} {x}")
        #expect(template.fields == [.case])
    }

    @Test func `a code is named by the longest beginning that has a word`() throws {
        let catalogue = Catalogue(
            templates: [:],
            words: [.category: ["facility": [.chinese: "公用设施"], "facility.manhole": [.chinese: "井盖"]]])
        #expect(catalogue.word("facility.manhole.missing", of: .category, in: .chinese) == "井盖")
        #expect(catalogue.word("facility.lamp", of: .category, in: .chinese) == "公用设施")
        #expect(catalogue.word("noise", of: .category, in: .chinese) == "noise")
    }
}
