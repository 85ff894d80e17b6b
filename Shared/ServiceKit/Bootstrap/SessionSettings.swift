/// How the server is to plan what a service asks for, whatever it does for others.
public enum SessionSettings {
    public static let service = [
        // What the services look up by key is in memory, or on disks that seek for nothing. By its own figure, which is of disks
        // that turn, the server reads whole tables as long as they are small, and goes on for a while when they are not any more.
        "random_page_cost": "1.1",
        // What is compiled before it runs is what the server believes to be dear. It takes a search of ten million cases for that,
        // which is over in a millisecond, and compiled for 250.
        "jit": "off",
    ]
}
