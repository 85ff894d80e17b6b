import Contracts
import Testing

@testable import muster

/// What `muster rules try` prints of what dispatch answers.
@Suite struct `the table of a trial` {
    private static let answer = #"""
        {"cases":840,"differences":[{"count":1,"what":"handling"},{"count":1,"what":"departments"},{"count":2,"what":"accept"},
          {"count":1,"what":"answer"}],"elsewhere":3,"isComplete":true,"proposed":2,"rows":[
         {"after":{"accept":"15 minutes","category":"utility.water.leak","climb":"1 hour","departments":["water","fire"],
           "handling":"hard","owner":"community","resolve":"2 hours","rule":"rule 10 of version 2: at night"},
          "before":{"accept":"1 hour","answer":"2 hours","category":"utility.water.leak","climb":"1 hour","departments":[],
           "handling":"big","owner":"community","resolve":"2 hours","rule":"rule 21 of version 1: as the category says"},
          "case":"01a20d14-c250-8161-a86c-f842d86e1de1","community":"371082007025",
          "differences":["handling","departments","accept","answer"],"number":27,"openedAt":"2026-11-23T15:30:00.000Z"},
         {"after":{"accept":"15 minutes","category":"care.elder.alone","climb":"1 hour","departments":["water"],
           "handling":"big","owner":"community","resolve":"2 hours","rule":"rule 11 of version 2: people"},
          "before":{"accept":"1 hour","category":"care.elder.alone","climb":"1 hour","departments":["water"],
           "handling":"big","owner":"community","resolve":"2 hours","rule":"rule 21 of version 1: as the category says"},
          "case":"01a20d14-c250-8161-a86c-f842d86e1de2","community":"371082007025","differences":["accept"],
          "number":3,"openedAt":"2026-11-23T16:30:00.000Z"}],
         "since":"2026-11-17T01:00:00.000Z",
         "sums":[{"after":"utility.water.leak: hard","before":"utility.water.leak: big","count":3,"rule":"rule 10 of version 2"}]}
        """#

    @Test func `has a column for each thing that is different, and says what was and what would be`() throws {
        let table = try EventJSON.decode(RuleTrialTable.self, from: Array(Self.answer.utf8))
        #expect(
            table.text == """
                840 cases since 2026-11-17T01:00:00.000Z: 3 would have gone elsewhere by version 2

                in            cases
                handling      1
                departments   1
                to accept     2
                first answer  1

                cases  went                     would go                  by
                3      utility.water.leak: big  utility.water.leak: hard  rule 10 of version 2

                case              opened                    handling    departments     to accept            first answer  by
                371082007025 #27  2026-11-23T15:30:00.000Z  big → hard  – → water+fire  1 hour → 15 minutes  2 hours → –   rule 10 of version 2: at night
                371082007025 #3   2026-11-23T16:30:00.000Z                              1 hour → 15 minutes                rule 11 of version 2: people
                … and 1 more
                """)
    }
}
