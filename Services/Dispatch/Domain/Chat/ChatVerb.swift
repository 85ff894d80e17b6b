import Contracts

/// A verb of the grammar: how it is said in both languages, and what it takes with it.
struct ChatVerb: Sendable, Equatable {
    enum Takes: Sendable, Equatable {
        case nothing, whistle, departments, department, unitOrPerson, handling, rating, pause, end, verification
        case grounds, correction, otherCase, marks, views
    }

    let action: CaseActionKind
    let chinese: [String]
    let english: [String]
    var takes = Takes.nothing
    /// Whether it is a department's own step in a whistle.
    var isDepartments = false
    /// Whether it needs to be said why.
    var needsWords = false
    /// What it decides, where an action goes either way.
    var granted: Bool?
    /// What it needs that could not be left out, in words; shown where it is missing.
    var example: String

    static let all: [ChatVerb] = [
        ChatVerb(
            action: .accept, chinese: ["接单", "接", "受理", "收到"], english: ["accept", "take"], example: "接 1027"),
        ChatVerb(action: .start, chinese: ["开始处理", "开始"], english: ["start"], example: "开始 1027"),
        ChatVerb(
            action: .refuse, chinese: ["拒收", "退单"], english: ["refuse"], needsWords: true, example: "退单 1027 不在本网格"),
        ChatVerb(
            action: .handOver, chinese: ["转交", "转办", "转"], english: ["hand over", "handover", "pass"],
            takes: .unitOrPerson, example: "转 1027 371082007013002"),
        ChatVerb(
            action: .pause, chinese: ["暂停", "挂起"], english: ["pause"], takes: .pause,
            example: "暂停 1027 等配件 到 11-27 18:00"),
        ChatVerb(
            action: .resume, chinese: ["恢复办理", "恢复"], english: ["resume"], example: "恢复 1027"),
        ChatVerb(
            action: .askExtension, chinese: ["申请延期", "延期"], english: ["ask extension"], takes: .end, needsWords: true,
            example: "申请延期 1027 到 11-28 配件未到"),
        ChatVerb(
            action: .grantExtension, chinese: ["同意延期", "准予延期"], english: ["grant extension"], example: "同意延期 1027"),
        ChatVerb(
            action: .refuseExtension, chinese: ["不同意延期", "驳回延期"], english: ["refuse extension"], needsWords: true,
            example: "不同意延期 1027 配件已到"),
        ChatVerb(
            action: .supervise, chinese: ["督办"], english: ["supervise"], needsWords: true, example: "督办 1027 进展如何"),
        ChatVerb(
            action: .answer, chinese: ["答复", "回复"], english: ["answer", "reply"], needsWords: true,
            example: "答复 1027 明天完工"),
        ChatVerb(
            action: .join, chinese: ["并入", "合并"], english: ["join"], takes: .otherCase, example: "并入 1027 到 1026"),
        ChatVerb(
            action: .split, chinese: ["拆出", "拆分"], english: ["split"], needsWords: true, example: "拆分 1027 不是一件事"),
        ChatVerb(
            action: .resolve, chinese: ["办结", "已解决", "解决了", "处理完", "解决"], english: ["resolve", "resolved", "fixed"],
            example: "办结 1027 已清运"),
        ChatVerb(
            action: .verify, chinese: ["核实", "核查"], english: ["verify"], takes: .verification,
            example: "核实 1027 回访 已解决"),
        ChatVerb(
            action: .rate, chinese: ["评分", "评价", "打分"], english: ["rate"], takes: .rating, example: "评分 1027 5"),
        ChatVerb(
            action: .sendBack, chinese: ["退回", "返工"], english: ["send back"], needsWords: true,
            example: "退回 1027 没有清干净"),
        ChatVerb(
            action: .reopen, chinese: ["重开", "重新打开"], english: ["reopen"], takes: .grounds, needsWords: true,
            example: "重开 1027 回访 还在漏水"),
        ChatVerb(action: .close, chinese: ["关闭", "归档", "结案"], english: ["close"], example: "结案 1027"),
        ChatVerb(
            action: .reclassify, chinese: ["改为", "改成"], english: ["reclassify"], takes: .handling, needsWords: true,
            example: "改为 1027 大事 要几家一起办"),
        ChatVerb(
            action: .correct, chinese: ["更正"], english: ["correct"], takes: .correction, needsWords: true,
            example: "更正 1027 utility.water.burst 紧急 是漏水"),
        ChatVerb(
            action: .withdraw, chinese: ["撤销", "撤单"], english: ["withdraw"], needsWords: true,
            example: "撤销 1027 重复上报"),
        ChatVerb(
            action: .blowWhistle, chinese: ["吹哨"], english: ["whistle", "blow"], takes: .whistle,
            example: "吹哨 1027 应急 D001 D002"),
        ChatVerb(
            action: .approveWhistle, chinese: ["同意吹哨"], english: ["approve whistle"], example: "同意吹哨 1027"),
        ChatVerb(
            action: .refuseWhistle, chinese: ["不同意吹哨"], english: ["refuse whistle"], needsWords: true,
            example: "不同意吹哨 1027 社区能办"),
        ChatVerb(
            action: .changeWhistle, chinese: ["改哨", "调整吹哨"], english: ["change whistle"], takes: .departments,
            example: "改哨 1027 D001 D003 牵头 D003"),
        ChatVerb(
            action: .sign, chinese: ["签收"], english: ["sign"], isDepartments: true, example: "签收 1027"),
        ChatVerb(
            action: .contact, chinese: ["已联系", "联系上了"], english: ["contacted"], isDepartments: true,
            example: "已联系 1027"),
        ChatVerb(
            action: .checkIn, chinese: ["报到", "到了", "到场", "已到"], english: ["here", "check in", "checkin", "arrived"],
            isDepartments: true, example: "到了 1027"),
        ChatVerb(
            action: .contribute, chinese: ["参与处置", "参与"], english: ["contributed"], isDepartments: true,
            example: "参与 1027 派车两辆"),
        ChatVerb(
            action: .decline, chinese: ["拒绝", "不属于我们"], english: ["decline"], isDepartments: true, needsWords: true,
            example: "拒绝 1027 不归我们管"),
        ChatVerb(
            action: .done, chinese: ["完成", "办完了", "弄好了"], english: ["done", "finished"], isDepartments: true,
            example: "done 1027 换好了"),
        ChatVerb(
            action: .decideDecline, chinese: ["准许不来", "同意不来"], english: ["excuse"], takes: .department, granted: true,
            example: "准许不来 1027 D001"),
        ChatVerb(
            action: .decideDecline, chinese: ["必须来"], english: ["must come"], takes: .department, granted: false,
            example: "必须来 1027 D001"),
        ChatVerb(
            action: .withdrawNoShow, chinese: ["撤销缺席"], english: ["withdraw no-show"], takes: .department,
            example: "撤销缺席 1027 D001"),
        ChatVerb(action: .endWhistle, chinese: ["收哨", "结束吹哨"], english: ["end whistle"], example: "收哨 1027"),
        ChatVerb(
            action: .judgeWhistle, chinese: ["评哨"], english: ["judge"], takes: .marks,
            example: "评哨 1027 D001 准时 对口 已解决 满意"),
        ChatVerb(
            action: .assessWhistle, chinese: ["反评"], english: ["assess"], takes: .views, isDepartments: true,
            example: "反评 1027 需要 归我们"),
    ]

    static func of(_ action: CaseActionKind) -> ChatVerb? { all.first { $0.action == action } }

    /// Every way to say a verb, the longest first, so that 接单 is not read as 接 and a word.
    static let forms: [(form: [Unicode.Scalar], verb: ChatVerb)] = all.flatMap { verb in
        (verb.chinese + verb.english).map { (Array($0.unicodeScalars), verb) }
    }.sorted { left, right in
        left.form.count != right.form.count
            ? left.form.count > right.form.count
            : left.form.map(\.value).lexicographicallyPrecedes(right.form.map(\.value))
    }
}
