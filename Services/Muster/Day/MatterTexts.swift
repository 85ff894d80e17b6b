import Contracts

/// What the simulated city is about: kinds of matter with a text each, and deeds. All made up.
enum MatterTexts {
    static let findings: [(category: String, text: String)] = [
        ("city-appearance.rubbish.exposed", "楼道口堆放垃圾，有异味"),
        ("city-appearance.rubbish.bin-overflow", "垃圾桶满溢，未及时清运"),
        ("city-appearance.rubbish.construction", "装修垃圾堆在绿化带旁"),
        ("city-appearance.rubbish.bulky", "旧沙发丢在单元门口"),
        ("city-appearance.street.standing-water", "路面积水，老人出行不便"),
        ("city-appearance.street.snow-ice", "背阴处结冰，行人易滑倒"),
        ("city-appearance.facade.flyposting", "单元门贴满小广告"),
        ("street-order.parking.vehicle", "车辆乱停，堵住消防通道"),
        ("street-order.trading.stall", "流动摊贩占道经营"),
        ("street-order.parking.abandoned", "僵尸车长期占用车位"),
    ]

    /// Those of them that a grid chief cannot settle alone.
    static let slow: Set = ["city-appearance.rubbish.construction", "street-order.parking.abandoned"]

    static let complaints = [
        "小区路灯坏了好几盏，晚上出门看不清", "楼上装修噪音大，周末也不停", "供暖不热，室内只有十四度",
        "自来水发黄，有沉淀", "电梯经常停运，老人上下楼困难", "下水道堵塞，污水外溢", "烧烤摊油烟大，晚上开不了窗",
        "小区门口乱停车，救护车进不来", "健身器材损坏，没人修", "流浪狗多，孩子害怕", "快递车在人行道上行驶",
        "物业费收了不打扫卫生", "供电不稳，家电总跳闸", "公交站牌倒了", "想咨询老年卡怎么办理",
    ]

    static let deeds = [
        "snow-cleared", "neighbour-told", "elder-called-on", "elder-accompanied", "clean-up-joined",
        "facility-repaired",
        "traffic-guarded", "night-watched", "stairwell-kept-clear", "sorting-guided",
    ]
}

/// The words of complaints: made up, or a file's real ones.
struct ComplaintTexts: Sendable {
    private let texts: [String]
    private let isReal: Bool

    static let generated = ComplaintTexts(texts: MatterTexts.complaints, isReal: false)

    private init(texts: [String], isReal: Bool) {
        self.texts = texts
        self.isReal = isReal
    }

    /// - Parameters:
    ///   - csv: a file's content with a header row.
    ///   - column: which column holds the text, and which its title.
    init(csv: String, text column: String, title: String) throws(CSV.Malformed) {
        texts = try CSV(csv).rows.compactMap { row in
            guard let body = row[column] else { return nil }
            let text = [row[title], body].compactMap { $0 }.joined(separator: "：")
            // A long letter is cut as a clerk would.
            return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }.prefix(Limit.text)))
        }
        guard !texts.isEmpty else { throw CSV.Malformed(line: 1, what: "no row has a text in the column \(column)") }
        isReal = true
    }

    func text(_ number: Int, _ random: inout SeededGenerator) -> String {
        isReal ? texts[number % texts.count] : random.pick(texts)
    }
}
