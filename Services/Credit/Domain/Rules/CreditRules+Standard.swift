extension CreditRules.Source {
    /// The rules that come with the service: rewards only, in the spirit of Rongcheng's measure of 2022, with the points
    /// of the published tables that each item names. The build embeds the file, so that the service needs none beside it.
    static let standard = CreditRules.Source(name: "items.json", json: PackageResources.items_json)
}
