internal import HeirloomKernel
internal import HeirloomModules

/// tables save: the tables and modules of the kernel, as a file of definitions.
public struct SaveTables: ControlRequest {
  public static let name = "tables-save"

  public struct Reply: Codable, Sendable {
    public let text: String
  }

  public init() {}

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    try conversation.reply(Reply(text: DefinitionFile.text(of: kernel.kernel, kernel.loader)))
  }
}

/// tables load: makes the tables and loads the modules of a file of definitions.
public struct LoadTables: ControlRequest {
  public static let name = "tables-load"
  public let text: String
  /// Where its relative paths begin, with a slash at its end.
  public let folder: String

  public struct Reply: Codable, Sendable {
    /// A module that could not be had, with the file's line.
    public let warning: String
  }

  public init(text: String, folder: String) {
    self.text = text
    self.folder = folder
  }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    guard folder.hasPrefix("/") else { throw ControlError("\(folder): tables-load takes an absolute path") }
    let problems: [DefinitionProblem]
    do throws(DefinitionProblem) {
      problems = try DefinitionFile(text, folder: folder).load(into: kernel.kernel, kernel.loader)
    } catch { throw ControlError(error.description) }
    for problem in problems { try conversation.reply(Reply(warning: problem.description)) }
  }
}
