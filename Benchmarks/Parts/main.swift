// What the pure parts of the services take by themselves, with no server: reading an event, deciding on it, writing what follows.
//
// The parts are internal to their services, so this is built as tests are: see the row `parts` of infra/dev/bench. Built as
// everything else it says how to.
#if MUSTER_PARTS
    for measured in try EventParts.all() + DispatchParts.all() + CreditParts.all() { print(measured.line) }
#else
    print("built without the parts: infra/dev/bench parts builds and runs it")
#endif
