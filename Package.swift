// swift-tools-version: 6.2
import PackageDescription

#if !os(Linux) || !arch(x86_64)
  #error("Heirloom runs i386 code on the processor itself and serves it by Linux: it builds on x86-64 Linux only")
#endif

/// The kernel does its own locking and its hot paths read class fields: the dynamic exclusivity check costs more than
/// the system call it guards (measured: 10 ns a call).
let kernelSettings: [SwiftSetting] = [
  .unsafeFlags(["-enforce-exclusivity=unchecked"]),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "heirloom",
  products: [
    .executable(name: "heirloom", targets: ["heirloom"])
  ],
  traits: [
    .trait(name: "Tables", description: "System call tables per task; without it every call is the default one."),
    .default(enabledTraits: ["Tables"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
    .target(name: "CHeirloom"),
    .target(name: "CMachine", dependencies: ["CHeirloom"]),
    .target(name: "HeirloomABI", dependencies: ["CHeirloom"], swiftSettings: kernelSettings),
    .target(
      name: "HeirloomMachine", dependencies: ["CMachine", "CHeirloom", "HeirloomABI"], swiftSettings: kernelSettings),
    .target(
      name: "HeirloomKernel", dependencies: ["HeirloomMachine", "CMachine", "CHeirloom", "HeirloomABI"],
      // Rows of the default table that look alike stay functions of their own: in a shared one the handler is a call more,
      // and its return is slow (CMachine/include/returns.h).
      swiftSettings: kernelSettings + [.unsafeFlags(["-Xllvm", "-swiftmergefunc-threshold=0"])]),
    .target(
      name: "HeirloomModules", dependencies: ["HeirloomKernel", "HeirloomABI", "CFFI", "CHeirloom", "CMachine"],
      swiftSettings: kernelSettings + [.unsafeFlags(["-disable-stack-protector"])]),
    .target(
      name: "HeirloomControl", dependencies: ["HeirloomModules", "HeirloomKernel"], swiftSettings: kernelSettings),
    .executableTarget(
      name: "heirloom",
      dependencies: [
        "HeirloomControl", "HeirloomKernel", "HeirloomModules", "HeirloomABI", "CMachine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: kernelSettings,
      // Modules see the SDK's symbols and no others: a module with a Swift runtime of its own must not bind to ours.
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "--export-dynamic", "-Xlinker",
          "--version-script=\(Context.packageDirectory)/Sources/heirloom/exports.list",
        ])
      ]),
    .testTarget(name: "HeirloomCommandTests", dependencies: ["heirloom"]),
    .testTarget(name: "HeirloomControlTests", dependencies: ["HeirloomControl", "heirloom", "CMachine"]),
    .testTarget(
      name: "HeirloomModulesTests",
      dependencies: ["HeirloomModules", "HeirloomKernel", "HeirloomABI", "CMachine", "CHeirloom", "modules-under-fire"],
      // The modules that the tests load bind to the test program.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
    .executableTarget(
      name: "modules-under-fire", dependencies: ["HeirloomModules", "HeirloomKernel"], path: "Tests/ModulesUnderFire",
      exclude: ["soak.c"],
      linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
    .testTarget(name: "HeirloomABITests", dependencies: ["HeirloomABI"]),
    .target(
      name: "MachineFuzz", dependencies: ["HeirloomMachine", "CMachine", "HeirloomABI"], path: "Tests/MachineFuzz/Library",
      exclude: ["Native"]),
    .executableTarget(name: "machine-fuzz", dependencies: ["MachineFuzz"], path: "Tests/MachineFuzz/Tool"),
    .testTarget(
      name: "HeirloomMachineTests", dependencies: ["MachineFuzz", "HeirloomMachine", "CMachine", "CHeirloom", "HeirloomABI"],
      exclude: ["Native"]),
    .executableTarget(name: "heirloom-bench", dependencies: ["HeirloomControl"], path: "Tests/Bench/Runner"),
  ],
  swiftLanguageModes: [.v6]
)
