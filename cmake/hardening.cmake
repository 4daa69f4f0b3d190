# What compilers and linkers offer against memory faults that are turned into attacks, where they offer it: programs at
# random addresses, no writable tables of functions, guarded stacks, checked copies, checked targets of jumps.
# tests/cli/test_hardening.sh reads the built files.
include(CheckCSourceCompiles)
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

function(eesim_harden target)
  check_c_compiler_flag(-fstack-protector-strong EESIM_STACK_PROTECTOR)
  check_c_compiler_flag(-fcf-protection EESIM_CF_PROTECTION)
  check_linker_flag(C "LINKER:-z,relro,-z,now" EESIM_RELRO)
  if(EESIM_STACK_PROTECTOR)
    target_compile_options(${target} INTERFACE -fstack-protector-strong)
  endif()
  if(EESIM_CF_PROTECTION)
    target_compile_options(${target} INTERFACE -fcf-protection)
  endif()
  if(EESIM_RELRO)
    target_link_options(${target} INTERFACE "LINKER:-z,relro,-z,now")
  endif()
  # Sanitizers check copies themselves, and without optimisation nothing is known of sizes.
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
  check_c_source_compiles("#include <string.h>\nint main(void) { return (int)strlen(\"\"); }" EESIM_FORTIFY_3)
  set(level $<IF:$<BOOL:${EESIM_FORTIFY_3}>,3,2>)
  if(NOT EESIM_SANITIZE AND NOT EESIM_COVERAGE)
    target_compile_options(${target} INTERFACE
      $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=${level}>)
  endif()
endfunction()
