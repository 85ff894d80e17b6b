// A process that the tests of Kafka can stop and kill, and a stopwatch for its rates:
//
//     kafka-probe member  BOOTSTRAP GROUP TOPIC [SETTING=VALUE …]   prints what happens to it, until killed
//     kafka-probe produce BOOTSTRAP TOPIC COUNT BYTES
//     kafka-probe consume BOOTSTRAP TOPIC COUNT
//     kafka-probe read    BOOTSTRAP TOPIC
import Kafka

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("member", 4...): try await Member.run(Array(arguments.dropFirst()))
case ("produce", 5): try await Rates.produce(arguments[1], arguments[2], arguments[3], arguments[4])
case ("consume", 4): try await Rates.consume(arguments[1], arguments[2], arguments[3])
case ("read", 3): try await Rates.read(arguments[1], arguments[2])
default: print("usage: see the first lines of main.swift")
}
