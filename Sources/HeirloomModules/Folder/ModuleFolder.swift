internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// A folder of modules that a kernel follows: what is put into it is loaded, what is replaced is reloaded, what is taken out is
/// unloaded.
///
/// `NAME.so` may have a file `NAME.conf` beside it with its parameters; when that changes, the module is reloaded. Names that
/// begin with a dot do not count. Whatever happens, and what cannot be done and why, goes to the kernel's log.
public final class ModuleFolder: @unchecked Sendable {
  public let path: String
  private let loader: ModuleLoader
  private let log: KernelLog
  /// Guards what is below: the first pass runs on the caller's thread, later ones on the folder's own.
  private let lock = ModuleLock()
  private var hasStopped = false
  /// What stands behind each module file, by its name in the folder.
  private var followed: [String: Followed] = [:]
  /// Files that cannot be loaded; they are tried again when they have changed, or another module has come in.
  private var refused: [String: Refusal] = [:]
  /// Why a file or a module waits, as it was said last; each reason is said once.
  private var waiting: [String: String] = [:]

  private struct Followed {
    let module: String
    let version: Version
  }

  private struct Refusal {
    let version: Version
    let reason: String
  }

  /// Tells a file and its parameters from an earlier state of them.
  private struct Version: Equatable {
    let module: FileVersion
    let parameters: FileVersion?
  }

  /// - Throws: where there is no such folder.
  public init(path: String, loader: ModuleLoader, log: KernelLog) throws(ModuleError) {
    self.path = path
    self.loader = loader
    self.log = log
    guard FileVersion.isFolder(path) else { throw ModuleError(.ENOTDIR, "\(path): not a folder that can be read, as --plugins needs one") }
  }

  /// Loads what is there, and then follows the folder on a thread of its own.
  public func start() {
    _ = update()
    let started = ServiceThread.start { [self] in follow() }
    if !started { log.write(.error, "\(path): not followed: the host has no thread left") }
  }

  /// From now on nothing is loaded or unloaded any more.
  public func stop() { lock.withLock { hasStopped = true } }

  private func follow() {
    let watch = FolderWatch(path)
    if watch == nil { log.write(.warning, "\(path): no inotify; the folder is looked at every second") }
    while !lock.withLock({ hasStopped }) {
      watch?.renew()
      let isDue = update()
      // What waits for a writer or for a call to end is looked at again soon, the rest when something happens.
      let patience: Int32 = isDue ? 100 : watch == nil ? 1000 : 5000
      if let watch { watch.wait(milliseconds: patience) } else { usleep(UInt32(patience) * 1000) }
    }
  }

  /// Brings the kernel's modules into line with the folder. - Returns: whether something has to be tried again soon.
  private func update() -> Bool {
    lock.withLock {
      if hasStopped { return false }
      let present = FileVersion.modules(in: path)
      var isDue = unloadMissing(present)
      var failures: [String: Refusal] = [:]
      var hasChanged = false
      // Again while something has come in: it may be what another one needs.
      var hasProgress = true
      while hasProgress {
        hasProgress = false
        failures = [:]
        for (file, found) in present.sorted(by: { $0.key < $1.key }) {
          let version = Version(module: found, parameters: FileVersion(path + "/" + Self.parameterFile(of: file)))
          if followed[file]?.version == version || !hasChanged && refused[file]?.version == version { continue }
          if let reason = unsettled(file, version) {
            note(file, reason)
            isDue = true
            continue
          }
          waiting[file] = nil
          do throws(ModuleError) {
            try bringIn(file, version)
            hasProgress = true
            hasChanged = true
          } catch { failures[file] = Refusal(version: version, reason: error.description) }
        }
      }
      for (file, failure) in failures.sorted(by: { $0.key < $1.key }) {
        if refused[file]?.version != failure.version || refused[file]?.reason != failure.reason {
          log.write(.error, failure.reason + (followed[file] == nil ? "" : "; the one that is loaded stays"))
        }
        refused[file] = failure
      }
      refused = refused.filter { present[$0.key] != nil }
      waiting = waiting.filter { present[$0.key] != nil || followed[$0.key] != nil }
      return isDue
    }
  }

  private static func parameterFile(of file: String) -> String { file.dropLast(".so".count) + ".conf" }

  /// Why a file is not to be read yet; nil: it is whole.
  private func unsettled(_ file: String, _ version: Version) -> String? {
    let parameters = Self.parameterFile(of: file)
    if version.parameters != nil, FileVersion.isBeingWritten(path + "/" + parameters) {
      return "\(path)/\(parameters) is being written"
    }
    if FileVersion.isBeingWritten(path + "/" + file) { return "\(path)/\(file) is being written" }
    // A file that is growing looks like a damaged one: it is that only when nothing has happened to it for a while.
    if version.module.isRecent, !ModuleInfo.isWhole(path: path + "/" + file) { return "\(path)/\(file) is not whole yet" }
    return nil
  }

  private func note(_ name: String, _ reason: String) {
    if waiting[name] == reason { return }
    waiting[name] = reason
    log.write(.debug, reason)
  }

  private func bringIn(_ file: String, _ version: Version) throws(ModuleError) {
    let words = try version.parameters == nil ? [] : parameters(Self.parameterFile(of: file))
    let with = words.isEmpty ? "" : " with " + words.joined(separator: " ")
    let name: String
    if let old = followed[file], let module = loader.loaded.first(where: { $0.name == old.module }) {
      name = try replace(module, file, words)
      log.write(.info, "\(path)/\(file): module \(name) is reloaded\(with)")
    } else {
      name = try loader.load(path: path + "/" + file, parameters: words).name
      log.write(.info, "\(path)/\(file): module \(name) is loaded\(with)")
    }
    followed[file] = Followed(module: name, version: version)
    refused[file] = nil
  }

  /// A new version in the old one's place, whose name may be another. - Returns: its name.
  private func replace(_ old: Module, _ file: String, _ words: [String]) throws(ModuleError) -> String {
    let source = path + "/" + file
    let new = try ModuleInfo(path: source)
    if new.name == old.name { return try loader.reload(named: old.name, path: source, parameters: words).name }
    // Another module under the same file's name. What cannot be loaded does not cost the old one.
    _ = try ModuleParameters(words, for: new)
    try loader.unload(old)
    followed[file] = nil
    return try loader.load(path: source, parameters: words).name
  }

  /// - Returns: whether one could not go yet.
  private func unloadMissing(_ present: [String: FileVersion]) -> Bool {
    var isDue = false
    for (file, old) in followed.sorted(by: { $0.key < $1.key }) where present[file] == nil {
      guard let module = loader.loaded.first(where: { $0.name == old.module }) else {
        followed[file] = nil
        continue
      }
      do throws(ModuleError) {
        try loader.unload(module)
        log.write(.info, "\(path)/\(file) is gone: module \(old.module) is unloaded")
        followed[file] = nil
      } catch {
        isDue = true
        if waiting[file] != error.description { log.write(.warning, "\(path)/\(file) is gone, but \(error)") }
        waiting[file] = error.description
      }
    }
    return isDue
  }

  // MARK: Parameters

  private func parameters(_ file: String) throws(ModuleError) -> [String] {
    guard let text = FileVersion.text(path + "/" + file) else { throw ModuleError(.EACCES, "\(path)/\(file): cannot be read") }
    return try Self.words(in: text, of: path + "/" + file)
  }

  /// The `key=value` lines of a parameter file. Empty lines and those that begin with `#` do not count, nor do spaces around
  /// a key and a value.
  static func words(in text: String, of path: String) throws(ModuleError) -> [String] {
    var words: [String] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let trimmed = trim(line)
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      guard let equals = trimmed.firstIndex(of: "="), equals > trimmed.startIndex else {
        throw ModuleError(.EINVAL, "\(path): line \(index + 1) is not of the form parameter=value: '\(trimmed)'")
      }
      words.append("\(trim(trimmed[..<equals]))=\(trim(trimmed[trimmed.index(after: equals)...]))")
    }
    return words
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text.drop { $0.isWhitespace }
  }
}
