import Glibc
import HeirloomKernel
import HeirloomModules

/// Loads and unloads modules under a guest that calls them without pause: modules-under-fire GUEST HOLDING.so COUNTING.so
/// ENDING.so. HeirloomModulesTests/UnderFireTests.swift has the sources, and says what each does. It is a program of its own
/// because a kernel takes over its process's signals.
@main struct ModulesUnderFire {
  static func main() {
    // The kernel's forwarder waits for signals: no other thread may take them. Faults and interruptions are every thread's.
    var forwarded = sigset_t()
    sigfillset(&forwarded)
    for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, 63] { sigdelset(&forwarded, number) }
    pthread_sigmask(SIG_BLOCK, &forwarded, nil)
    var paths = Array(CommandLine.arguments.dropFirst())
    let isAboutLayers = paths.first == "layers"
    if isAboutLayers { paths.removeFirst() }
    if paths.first == "soak" { exit(Soak(Array(paths.dropFirst())).run()) }
    let kernel = try! Kernel(options: KernelOptions())
    let fire = Fire(kernel: kernel, loader: ModuleLoader(kernel: kernel), paths: paths)
    let layers = LayersFire(fire)
    isAboutLayers ? layers.prepare() : fire.prepare()
    let thread = fire.start { isAboutLayers ? layers.run() : fire.run() }
    let status = try! kernel.run(StartRequest(path: Array(paths[0].utf8), arguments: [Array(paths[0].utf8)], environment: [], table: nil))
    layers.isOver = true
    pthread_join(thread, nil)
    fire.check(status == .exited(42), "the guest saw what it should: \(status)")
    isAboutLayers ? layers.finish() : fire.finish()
    exit(fire.failures == 0 ? 0 : 1)
  }
}

final class Fire: @unchecked Sendable {
  let kernel: Kernel
  let loader: ModuleLoader
  let paths: [String]
  var holding: Module!
  var failures = 0

  init(kernel: Kernel, loader: ModuleLoader, paths: [String]) {
    (self.kernel, self.loader, self.paths) = (kernel, loader, paths)
  }

  func check(_ holds: Bool, _ what: String) {
    if !holds { failures += 1 }
    print(holds ? "ok  " : "FAIL", what)
  }

  var busy: TableRegistry.Description? { kernel.tables.descriptions.first { $0.name == "busy" } }

  func prepare() { holding = try! loader.load(path: paths[1], parameters: []) }

  func start(_ body: @escaping () -> Void) -> pthread_t {
    final class Body {
      let run: () -> Void
      init(_ run: @escaping () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(body)).toOpaque())
    return thread
  }

  func run() {
    while !kernel.log.lines.contains(where: { $0.text == "sleeping" }) { usleep(1000) }
    var message = ""
    do throws(ModuleError) { try loader.unload(holding, deadline: 50_000_000) } catch { message = error.description }
    check(message.contains("is in use: a call of pid"), "a module that a call sleeps in stays: \(message)")
    check(busy?.entries.keys.sorted() == [900, 901], "and all is as before")
    check(holding.state == .live, "and it lives")
    for _ in 0..<300 {
      let module = try! loader.load(path: paths[2], parameters: [])
      usleep(UInt32.random(in: 0..<2000))
      do throws(ModuleError) { try loader.unload(module) } catch { check(false, "unloading: \(error)") }
      usleep(UInt32.random(in: 0..<500))
    }
    _ = try! loader.load(path: paths[3], parameters: [])
  }

  func finish() {
    check(busy?.users == 0, "the count is the number of tasks: \(busy?.users ?? -1)")
    loader.unloadAll()
    check(busy == nil, "a table without entries and users is gone")
    check(loader.loaded.isEmpty, "nothing is loaded")
  }
}
