//! Whether the system lists a GPU, found out without its drivers.
//!
//! To list devices, wgpu loads every installed Vulkan and OpenGL driver, also those for GPUs that are
//! not there and those that compute on the CPU: with Mesa's drivers 40 ms, which is longer than most
//! commands take.

/// The beginnings of the names of GPUs' device files in `/dev` on Linux.
const DEVICE_FILES: [&str; 9] = [
    "dri",    // All drivers in the kernel's graphics subsystem: AMD, Intel, virtual machines, ...
    "nvidia", // NVIDIA, also in containers.
    "nvhost", // NVIDIA's Tegra; newer ones have `nvgpu`.
    "nvgpu", "nvmap", "dxg",  // Windows Subsystem for Linux.
    "kgsl", // Qualcomm's driver.
    "mali", // ARM's driver.
    "pvr",  // Imagination's driver.
];

/// Variables by which a user names Vulkan drivers; these need no device file.
const DRIVER_VARIABLES: [&str; 3] = ["VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES", "VK_ICD_FILENAMES"];

/// Says whether drivers have to be asked for GPUs: always, except on a Linux without a GPU's device
/// file, where they can only find software.
pub(crate) fn may_have_gpu() -> bool {
    let is_set = |variable: &&str| std::env::var_os(variable).is_some();
    if !cfg!(target_os = "linux") || DRIVER_VARIABLES.iter().any(is_set) {
        return true;
    }
    let Ok(mut files) = fs_err::read_dir("/dev") else {
        return true;
    };
    files.any(|file| file.is_ok_and(|file| is_gpu(&file.file_name().to_string_lossy())))
}

fn is_gpu(device_file: &str) -> bool {
    let begins = |beginning: &&str| device_file.starts_with(beginning);
    DEVICE_FILES.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_are_recognized_by_their_device_files() {
        for gpu in ["dri", "nvidia0", "nvidiactl", "dxg", "kgsl-3d0", "mali0"] {
            assert!(is_gpu(gpu), "{gpu}");
        }
        for other in ["null", "kvm", "nvme0n1", "fb0", "vga_arbiter", "nvram"] {
            assert!(!is_gpu(other), "{other}");
        }
    }
}
