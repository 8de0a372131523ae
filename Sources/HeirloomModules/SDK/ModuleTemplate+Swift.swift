extension ModuleTemplate {
  var swiftSource: String { "" }
}
