import Contracts

@testable import muster_notify

extension OutgoingNotice {
    static func sample(_ address: Address, _ message: Message = Message(title: "标题 \"一\"", body: "第一行\n第二行")) -> Self {
        OutgoingNotice(
            id: .fixed(7), recipient: person("gao"), language: .chinese, message: message,
            event: .init(
                source: "muster/dispatch", id: "e1", type: CaseOpened.type, time: SmallCity.noon, correlation: "e1"),
            matter: CaseLife.id, address: address)
    }
}
