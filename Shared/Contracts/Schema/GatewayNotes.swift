// What the documents say of the members that gateways and people send. The limits are those that `validate` checks.

extension Place: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "unit": MemberNote("The grid, or a building or stairwell of it; for a complaint also the community."),
            "label": .text("In words what lies below the unit.", 0...Limit.label),
        ]
    }
}

extension RegisterFact: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "register": MemberNote("Which of the five registers (人房地事物)."),
            "subject": .code("Which person, home, place, event or thing: an id of the sender's."),
            "attribute": .code("What is known of it, such as `residents` or `needs-visit`."),
            "value": .text("What it is.", 0...Limit.label),
            "since": MemberNote("Since when it is so; the time of the visit where it is missing."),
        ]
    }
}

extension VisitReported: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "grid": MemberNote("The grid that was patrolled.", Limit.gridForm),
            "place": MemberNote("The door or place, within the grid."),
            "outcome": MemberNote("Whether somebody was met."),
            "minutes": .integer("Whole minutes that the visit took.", in: 0...240),
            "facts": .list("What was learnt for the registers.", atMost: Limit.items),
            "note": .text("For the chief's own handbook.", 0...Limit.text),
        ]
    }
}

extension FindingReported: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "grid": MemberNote("The grid that was patrolled.", Limit.gridForm),
            "place": MemberNote("Where it was seen, within the grid."),
            "category": .code("A category of dispatch's rules: docs/categories.md."),
            "severity": MemberNote("How much harm waits if nobody comes."),
            "text": .text("What was found.", 1...Limit.text),
            "visit": .code("The sender's id of the visit that it was seen on."),
            "evidence": .labels("References to pictures, as the gateway stores them.", atMost: Limit.items),
        ]
    }
}

extension ComplaintReceived: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "complaint": .code("The hotline's own number for it."),
            "channel": MemberNote("How the resident called."),
            "place": MemberNote("The community or a unit below it, as far as the caller could say."),
            "category": .code("Missing where the hotline could not tell: the rules then decide by the words."),
            "severity": MemberNote("How much harm waits if nobody comes."),
            "text": .text("What the caller wants.", 1...Limit.text),
            "caller": .code("The hotline's id of the caller; never a phone number."),
        ]
    }
}

extension CaseAction: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "case": MemberNote("The id of the case."),
            "action": MemberNote("What is done; docs/dispatch-states.md says who may, and in which state."),
            "version": MemberNote(
                "The version that the person saw: a stale one is refused. Without it the action applies to the present state."
            ),
            "department": MemberNote("For a department's own steps, and marks for them: whose part it is."),
            "departments": .list(
                "For `blow-whistle`: whom to summon, without it those that fit the category. For `change-whistle`: all that are to come.",
                atMost: 20),
            "whistle": MemberNote("For `blow-whistle`: its kind."),
            "unit": MemberNote(
                "For `hand-over`: to which unit. For `correct`: where it is. For `check-in`: where they came."),
            "person": MemberNote("For `hand-over`: to which person."),
            "handling": MemberNote("For `reclassify` and `correct`: the right way of handling."),
            "reason": .text("Why; for `supervise` what is asked, for `answer` the answer.", 0...Limit.text),
            "evidence": .labels("References to pictures.", atMost: Limit.items),
            "rating": .integer("For `rate`: 1 (bad) to 5 (good).", in: 1...5),
            "pause": .code("For `pause`: a reason of the policy's list, such as `waiting-for-parts`."),
            "until": MemberNote("For `pause`: its end. For `ask-extension`: the deadline that is asked for."),
            "means": MemberNote("For `verify`: how somebody made sure."),
            "satisfied": MemberNote("For `verify`: whether the matter is settled."),
            "grounds": MemberNote("For `reopen`: why."),
            "category": .code("For `correct`: the right category, of docs/categories.md."),
            "severity": MemberNote("For `correct`: the right severity."),
            "into": MemberNote("For `join`: the case that this one is part of from then on."),
            "step": MemberNote(
                "For `answer`: which step of supervision, of `GET /v1/supervision`; without it the first that waits.",
                ["minimum": .integer(1)]),
            "granted": MemberNote("For `decide-decline`: whether the department may stay away."),
            "lead": MemberNote("For `blow-whistle` and `change-whistle`: the department that leads."),
            "judgement": MemberNote("For `judge-whistle`: the four marks."),
            "assessment": MemberNote("For `assess-whistle`: what the department thinks of it."),
        ]
    }
}

extension Subject: MembersDescribed {
    public static var notes: [String: MemberNote] { ["id": .code("The person's or organisation's id.")] }
}

extension DeedReported: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "subject": MemberNote("Who did it."),
            "item": .code("An item of the credit rules, such as `snow-cleared`: `GET /v1/rules` lists them."),
            "unit": MemberNote("Where it was done."),
            "quantity": .integer(
                "What the item is counted in (yuan given, people helped); 1 without it.", in: 1...1_000_000),
            "evidence": .labels("References to what proves it.", atMost: Limit.items),
        ]
    }
}

extension HoursReported: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "subject": MemberNote("Who served."),
            "hours": .integer("Hundredths of an hour.", in: 1...2_400),
            "activity": .code("What was done, in the organisation's own word."),
            "unit": MemberNote("Where it was done."),
        ]
    }
}

extension ConsentChanged: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "subject": MemberNote("Whose consent it is; people only give and take back their own."),
            "given": MemberNote("Given or taken back."),
        ]
    }
}

extension UnitListed: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "unit": MemberNote("Its code, which says what it is and where it belongs."),
            "name": .text("Its name.", 1...Limit.label),
            "retired": MemberNote("Since when it is no more."),
        ]
    }
}

extension Posting: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "unit": MemberNote("Where; missing for a department's people."),
            "department": MemberNote("Of a department's people."),
            "from": MemberNote("The first instant at which it holds."),
            "to": MemberNote("The first instant at which it no longer holds."),
        ]
    }
}

extension PersonListed: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "name": .text("As colleagues see it.", 0...Limit.label),
            "language": MemberNote("In which the person is told."),
            "postings": .list("All of them, past ones included.", atMost: 100),
        ]
    }
}

extension DepartmentListed: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "name": .text("Its name.", 0...Limit.label),
            "communities": .list("Those it is paired with (双报到).", atMost: 200),
        ]
    }
}

extension GatewayListed: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "source": MemberNote("Its `ce_source`, and the claim `gateway` of its tokens."),
            "types": .list("The event types that it may send.", atMost: Limit.items),
        ]
    }
}

extension Receipt: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "id": MemberNote("The item's own id; empty where it could not be read."),
            "verdict": MemberNote("`taken`, `known` (nothing happened again) or `refused`."),
            "reason": MemberNote("Of a refusal."),
            "result": MemberNote("The id that we gave to what was taken."),
            "token": MemberNote("For a read, of any service, that must see what was written: docs/http.md."),
        ]
    }
}

extension Refusal: MembersDescribed {
    public static var notes: [String: MemberNote] {
        [
            "code": MemberNote(
                "Why, as one word: docs/problems.md has them all. A later version may know more.",
                ["examples": .array(Refusal.Code.allCases.map { .string($0.rawValue) })]),
            "detail": MemberNote("What was wrong and what would be right."),
        ]
    }
}

extension Limit {
    fileprivate static let gridForm: [String: JSONValue] = ["pattern": .string("^[0-9]{15}$")]
}
